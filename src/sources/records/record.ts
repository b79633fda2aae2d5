import { type BoundedCache, createBoundedCache } from '../../bounded-cache.ts';
import type { Labels, Line, Micros, RejectReason } from '../../event.ts';
import { parseRfc3339 } from '../../time.ts';
import type { Item } from '../source.ts';

const DAY: Micros = 86_400_000_000;
const KEPT_LABEL_SETS = 4096;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a record says about the line in it. */
export interface RecordParts {
  readonly text: string;
  readonly labels: Labels | undefined;
  readonly time: Micros | undefined;
}

/** The line in a record: of the same place, never later than a day after the time at which Loki has it. */
export const recordLine = (place: Line, { text, labels, time }: RecordParts): Line => ({
  text,
  file: place.file,
  number: place.number,
  labels,
  time,
  notAfter: time === undefined ? place.notAfter : time + DAY,
});

/** Loki's labels; undefined when there are none, or when they are no map of strings. */
export const labelsOf = (value: unknown): Labels | undefined => {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return entries.length === 0 ? undefined : Object.freeze(Object.fromEntries(entries));
};

/** Turns the records that `logcli query -o jsonl` prints into lines; everything else passes as it is. */
export type Unwrap = (line: Line) => Item;

export const createUnwrap = (): Unwrap => {
  const known = createBoundedCache<string, { readonly labels: Labels | undefined }>(KEPT_LABEL_SETS);
  return (line) => {
    if (!maybeRecord(line.text)) return line;
    const parts = readPrinted(line.text, known);
    return parts === undefined ? readAny(line) : recordLine(line, parts);
  };
};

const BRACE = 0x7b;
const START = /^\s*\{\s*"(?:labels|line|timestamp)"\s*:/;

/** Cheap for lines that are no records: nearly all of them differ at the third character. */
const maybeRecord = (text: string): boolean => {
  if (text.charCodeAt(0) === BRACE && text[1] === '"' && text[2] !== 'l' && text[2] !== 't') return false;
  return START.test(text);
};

const LABELS = '{"labels":';
const LINE = ',"line":';
const TIMESTAMP = ',"timestamp":"';

/**
 * A record exactly as logcli prints it, without parsing it whole: its three parts are cut out and read by themselves.
 * As every part is valid, so is the record, and there is only one way to read it. Undefined when it is not that.
 */
const readPrinted = (
  text: string,
  known: BoundedCache<string, { readonly labels: Labels | undefined }>,
): RecordParts | undefined => {
  if (!text.startsWith(LABELS) || !text.endsWith('"}')) return undefined;
  const line = text.indexOf(`}${LINE}"`) + 1;
  const timestamp = text.lastIndexOf(`"${TIMESTAMP}`) + 1;
  if (line === 0 || timestamp <= line + LINE.length) return undefined;
  const time = parseRfc3339(text.slice(timestamp + TIMESTAMP.length, -2));
  if (time === undefined) return undefined;
  try {
    const labelsText = text.slice(LABELS.length, line);
    let found = known.get(labelsText);
    if (found === undefined) {
      const labels: unknown = JSON.parse(labelsText);
      if (!isRecord(labels)) return undefined;
      found = { labels: labelsOf(labels) };
      known.set(labelsText, found);
    }
    const parsed: unknown = JSON.parse(text.slice(line + LINE.length, timestamp));
    return typeof parsed === 'string' ? { text: parsed, labels: found.labels, time } : undefined;
  } catch {
    return undefined;
  }
};

/** The same with blanks and in any order of the keys. A record has these three keys and no other. */
const readAny = (line: Line): Item => {
  let doc: unknown;
  try {
    doc = JSON.parse(line.text);
  } catch {
    return line.text.trimEnd().endsWith('}')
      ? refuse(line, 'bad-record', 'It begins like a record of logcli, but is no valid JSON.')
      : refuse(line, 'truncated', 'It begins like a record of logcli and ends in the middle.');
  }
  if (!isRecord(doc) || Object.keys(doc).length !== 3) return line;
  if (!('labels' in doc && 'line' in doc && 'timestamp' in doc)) return line;
  const { line: text, timestamp, labels } = doc;
  if (typeof text !== 'string') return refuse(line, 'bad-record', 'The "line" of the record is no text.');
  const time = typeof timestamp === 'string' ? parseRfc3339(timestamp) : undefined;
  return recordLine(line, { text, labels: labelsOf(labels), time });
};

const refuse = (line: Line, reason: RejectReason, detail: string): Item => ({ line, reason, detail });
