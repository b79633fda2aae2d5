import type { Line, Micros } from '../event.ts';
import type { Syslog } from './syslog.ts';

/** Stream labels that name the host, for messages without a header. */
const HOST_LABELS = ['host', 'hostname', 'node', 'node_name', 'nodename', 'instance'];

export const hostOf = (header: Syslog, line: Line): string | undefined => {
  if (header.host !== undefined) return header.host;
  const label = HOST_LABELS.find((name) => line.labels !== undefined && Object.hasOwn(line.labels, name));
  return label === undefined ? undefined : line.labels?.[label];
};

/**
 * Exact duplicates are one event: same stream, same time stamp (the record's, where there is one), same line. Without
 * any time two equal lines cannot be told to be one.
 */
export const duplicateKey = (line: Line, stream: string, time: Micros | undefined): string => {
  const stamp = line.time ?? time;
  return stamp === undefined
    ? JSON.stringify([stream, line.file, line.number])
    : JSON.stringify([stream, stamp, line.text]);
};
