import type { Micros } from '../event.ts';
import { isRecord } from './parse-json.ts';

/** What one record of journald's JSON export says, as Alloy's `format_as_json` ships it. */
export interface JournalRecord {
  readonly time: Micros | undefined;
  readonly host: string | undefined;
  /** Chosen by the sender (`logger -t sshd`), unlike `_SYSTEMD_UNIT`. */
  readonly tag: string | undefined;
  readonly pid: string | undefined;
  readonly message: string;
}

/** Undefined when `doc` is no journald record. */
export const readJournal = (doc: unknown): JournalRecord | undefined => {
  if (!isRecord(doc) || !Object.hasOwn(doc, 'MESSAGE')) return undefined;
  return {
    time: microsOf(doc['__REALTIME_TIMESTAMP']) ?? microsOf(doc['_SOURCE_REALTIME_TIMESTAMP']),
    host: textOf(doc['_HOSTNAME']),
    tag: textOf(doc['SYSLOG_IDENTIFIER']) ?? (doc['_TRANSPORT'] === 'kernel' ? 'kernel' : undefined),
    pid: textOf(doc['_PID']) ?? textOf(doc['SYSLOG_PID']),
    message: textOf(doc['MESSAGE']) ?? '',
  };
};

/** A field that is no UTF-8 text comes as an array of bytes, a repeated one as an array of texts (the first counts). */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  if (typeof value[0] === 'string') return value[0];
  return value.every((byte) => typeof byte === 'number') ? Buffer.from(value).toString('utf8') : undefined;
};

const microsOf = (value: unknown): Micros | undefined => {
  const text = textOf(value);
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
};
