import type { Event, Line, Micros, Occurrence } from '../event.ts';
import type { Decoded, Decoder, DerivedField } from './decoder.ts';
import { duplicateOf } from './identity.ts';
import { isRecord, parseJson } from './parse-json.ts';
import { readRfc3339 } from './stamp.ts';

/** Decodes any JSON object a line. Rules read it by path. */
export const createJson = (): Decoder => ({ format: 'json', fields: FIELDS, decode });

const decode = (line: Line, stream: string): Decoded => {
  const parsed = parseJson(line.text);
  if ('reason' in parsed) return [{ line, ...parsed }];
  if (!isRecord(parsed.doc))
    return [{ line, reason: 'other-kind', detail: 'The line is JSON, but no object.' }];
  return [new JsonEvent(line, stream, parsed.doc)];
};

class JsonEvent implements Event {
  readonly format = 'json';
  readonly evaluated = true;
  readonly opens = false;
  readonly actor = undefined;
  readonly peer = undefined;
  readonly object = undefined;
  readonly namespace = undefined;
  readonly outcome = 'unknown';
  readonly line: Line;
  readonly stream: string;
  readonly text: string;
  readonly doc: Readonly<Record<string, unknown>>;
  readonly time: Micros | undefined;

  constructor(line: Line, stream: string, doc: Readonly<Record<string, unknown>>) {
    this.line = line;
    this.stream = stream;
    this.text = line.text;
    this.doc = doc;
    this.time = timeOf(doc) ?? line.time;
  }

  get occurrence(): Occurrence {
    return duplicateOf(this.line, this.stream, this.time);
  }
}

/** Where JSON logs keep their time, the surest name first. */
export const TIME_KEYS = [
  '@timestamp',
  'timestamp',
  'time',
  'ts',
  'eventTime',
  'requestReceivedTimestamp',
  'EventTime',
  'UtcTime',
  'date',
] as const;

const timeOf = (doc: Readonly<Record<string, unknown>>): Micros | undefined => {
  for (const key of TIME_KEYS) {
    const time = Object.hasOwn(doc, key) ? toMicros(doc[key]) : undefined;
    if (time !== undefined) return time;
  }
  return undefined;
};

const toMicros = (value: unknown): Micros | undefined => {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  if (/^\d{9,19}(?:\.\d{1,9})?$/.test(value)) return fromEpoch(Number(value));
  const stamp = readRfc3339(value);
  return stamp?.end === value.length ? stamp.time : undefined;
};

/** Seconds, milli-, micro- or nanoseconds, told apart by magnitude: seconds reach 10^11 in the year 5138. */
const fromEpoch = (value: number): Micros | undefined => {
  if (!(value > 0 && value < 1e20)) return undefined;
  if (value < 1e11) return Math.round(value * 1e6);
  if (value < 1e14) return Math.round(value * 1e3);
  return Math.floor(value < 1e17 ? value : value / 1e3);
};

const FIELDS: Readonly<Record<string, DerivedField>> = {
  'event.time': {
    type: 'number',
    about: `the first of ${TIME_KEYS.join(', ')} that is a time, else the record's, in microseconds since 1970`,
    read: (event) => event.time,
  },
};
