import { createHash } from 'node:crypto';
import type { Event } from '../event.ts';
import type { Evidence } from '../finding.ts';
import { redactText } from '../redact.ts';
import type { Summary } from '../rules/rule.ts';
import type { FieldReader } from './path-reader.ts';

/** How a field's value reads in a sentence; undefined when there is nothing to show. */
export const show = (value: unknown): string | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  if (!Array.isArray(value)) return typeof value === 'object' ? JSON.stringify(pruned(value)) : String(value);
  if (value.length === 0) return undefined;
  return value
    .map((part) => (typeof part === 'object' ? JSON.stringify(pruned(part)) : String(part)))
    .join(', ');
};

const DEEPEST = 4;
const WIDEST = 20;

/** The top of a document: what lies deeper, or is longer, is not for people, and stringifying it could overflow. */
const pruned = (value: unknown, depth = 0): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) return value.slice(0, WIDEST).map((part) => pruned(part, depth + 1));
  const entries = Object.entries(value).slice(0, WIDEST);
  return Object.fromEntries(entries.map(([key, part]) => [key, pruned(part, depth + 1)]));
};

const LONGEST_SLOT = 120;
const LONGEST_VALUE = 300;
const LONGEST_EVIDENCE = 2_000;

/** Cuts by code point, so that no half character is left. */
export const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`;

/** Fills the slots of a rule's sentence. `{count}` is the number of events behind the finding. */
export const describe = (
  summary: Summary,
  event: Event,
  readerOf: (field: string) => FieldReader,
): ((count: number) => string) => {
  const parts = summary.map((part) => {
    if (typeof part === 'string' || part.field === 'count') return part;
    return redactText(cut(show(readerOf(part.field)(event)) ?? 'unknown', LONGEST_SLOT));
  });
  return (count) => parts.map((part) => (typeof part === 'string' ? part : String(count))).join('');
};

/** The fields that the rule shows, as `name=value` words; never the raw line, which may hold secrets. */
export const evidenceOf = (
  event: Event,
  fields: readonly string[],
  readerOf: (field: string) => FieldReader,
): Evidence => {
  const words: string[] = [];
  for (const field of fields) {
    const value = readerOf(field)(event);
    if (show(value) !== undefined) words.push(`${field}=${quoted(value)}`);
  }
  return {
    time: event.time,
    file: event.line.file,
    line: event.line.number,
    text: redactText(cut(words.join(' '), LONGEST_EVIDENCE)),
  };
};

const quoted = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(pruned(value));
  const short = cut(text, LONGEST_VALUE);
  return typeof value === 'string' && /[\s"=]/.test(short) ? JSON.stringify(short) : short;
};

/** What an evidence line adds to the id of its finding. */
export const digestOf = (event: Event): string =>
  createHash('sha256')
    .update(JSON.stringify([event.stream, event.time ?? null]))
    .update(event.text)
    .digest('hex');

/** The id of a finding: the same logs give the same id in every run, whatever the files are called. */
export const findingId = (rule: string, digests: readonly string[]): string =>
  createHash('sha256')
    .update([rule, ...digests].join('\n'))
    .digest('hex')
    .slice(0, 20);
