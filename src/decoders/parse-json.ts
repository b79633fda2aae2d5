import { excerpt } from './excerpt.ts';

export type ParsedJson =
  | { readonly doc: unknown }
  | { readonly reason: 'not-json' | 'truncated'; readonly detail: string };

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `JSON.parse` with a reason in place of a throw. A duplicate key keeps its last value and `__proto__` is an ordinary
 * own key, as `JSON.parse` has it. Depth is not bounded: whoever walks the document must not recurse without a limit.
 */
export const parseJson = (text: string): ParsedJson => {
  try {
    return { doc: JSON.parse(text) };
  } catch {
    return text.startsWith('\ufeff') ? parseJson(text.slice(1)) : refuse(text);
  }
};

const refuse = (text: string): ParsedJson => {
  if (text.trim() === '') return { reason: 'not-json', detail: 'The line is empty.' };
  return isCut(text)
    ? { reason: 'truncated', detail: `The JSON document ends in the middle: ${excerpt(text.trim())}` }
    : { reason: 'not-json', detail: `The line is no JSON: ${excerpt(text.trim())}` };
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What JSON may hold outside of strings: structure, blanks, and the characters of numbers, true, false and null. */
const OUTSIDE = new Set(Array.from('{}[],: \t\r\n0123456789+-.Eaeflnrstu', (char) => char.charCodeAt(0)));
const DEPTH = new Map([
  [0x7b, 1],
  [0x5b, 1],
  [0x7d, -1],
  [0x5d, -1],
]);

/** Starts as a document, holds nothing that JSON cannot hold, and ends in a string or before the last bracket. */
const isCut = (text: string): boolean => {
  if (!/^\s*[{[]/.test(text)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at + 1);
      if (end === undefined) return true;
      if (end < 0) return false;
      at = end;
    } else if (!OUTSIDE.has(code)) return false;
    else depth += DEPTH.get(code) ?? 0;
  }
  return depth > 0;
};

/** Index of the closing quote; undefined when the text ends first; -1 at a raw control character. */
const endOfString = (text: string, from: number): number | undefined => {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
    else if (code < 0x20) return -1;
  }
  return undefined;
};
