import type { Line, Micros, Occurrence } from '../event.ts';
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
export const duplicateOf = (line: Line, stream: string, time: Micros | undefined): Occurrence => {
  const stamp = line.time ?? time;
  const parts = stamp === undefined ? [stream, line.file, line.number] : [stream, stamp, line.text];
  return { key: JSON.stringify(parts), counts: 'first-match', order: time ?? Number.POSITIVE_INFINITY };
};
