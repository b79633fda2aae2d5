import { hash, randomBytes } from 'node:crypto';
import type { Labels, Line } from '../../event.ts';
import { microsOfNanos, type Nanos } from './nanos.ts';

/** One line as Loki stores it. Loki holds a line once for each combination of all three. */
export interface LokiLine {
  readonly ns: Nanos;
  /** Index labels, structured metadata and labels that the query's parsers add, in one: see `answer.ts`. */
  readonly labels: Labels;
  readonly text: string;
}

const labelTexts = new WeakMap<Labels, string>();

/** Most lines share their labels with others of their answer. */
const labelText = (labels: Labels): string => {
  const known = labelTexts.get(labels);
  if (known !== undefined) return known;
  const text = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  labelTexts.set(labels, text);
  return text;
};

/** The same for two readings of one stored line, whichever way they came. */
export const identityOf = (line: LokiLine): string => `${line.ns} ${labelText(line.labels)} ${line.text}`;

// Without a secret an attacker could write a harmless line that makes a harmful one look as seen.
const salt = randomBytes(16).toString('hex');

/** 51 bits of the identity, never 0: enough to tell the lines of one second apart. */
export const fingerprintOf = (line: LokiLine): number => {
  const digest = hash('sha1', salt + identityOf(line), 'hex');
  return Number.parseInt(digest.slice(0, 12), 16) * 8 + (Number.parseInt(digest.charAt(12), 16) & 7) || 1;
};

/** As the pipeline reads it. `number` counts the lines of this run; `now` is the moment of reading. */
export const toLine = (line: LokiLine, source: string, number: number, nowMillis: number): Line => ({
  text: line.text,
  file: `loki:${source}`,
  number,
  labels: line.labels,
  time: microsOfNanos(line.ns),
  notAfter: Math.max(nowMillis * 1_000, microsOfNanos(line.ns)),
});
