/** Literal texts between wildcards: `one` character, or `many` (also none). */
export type WildcardPart = { readonly literal: string } | { readonly any: 'one' | 'many' };

/** What stands between two `many`: literals and, as undefined, single characters. */
type Segment = readonly (string | undefined)[];

const isHigh = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
const isLow = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;

/** Width of the character at `at`: a pair of surrogates is one character. */
const widthAt = (text: string, at: number): number =>
  isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;

const widthBefore = (text: string, end: number): number =>
  isLow(text.charCodeAt(end - 1)) && isHigh(text.charCodeAt(end - 2)) ? 2 : 1;

/** End of `segment` when it stands at `start`, else -1. */
const endAt = (segment: Segment, text: string, start: number): number => {
  let at = start;
  for (const piece of segment) {
    if (piece === undefined) {
      if (at >= text.length) return -1;
      at += widthAt(text, at);
    } else if (text.startsWith(piece, at)) at += piece.length;
    else return -1;
  }
  return at;
};

/** Start of `segment` when it ends at the end of `text`, else -1. */
const startAtEnd = (segment: Segment, text: string): number => {
  let end = text.length;
  for (let index = segment.length - 1; index >= 0; index--) {
    const piece = segment[index];
    if (piece === undefined) {
      if (end <= 0) return -1;
      end -= widthBefore(text, end);
    } else if (text.endsWith(piece, end)) end -= piece.length;
    else return -1;
  }
  return end;
};

/** End of the first `segment` at or after `from`, else -1. */
const endOfFirst = (segment: Segment, text: string, from: number): number => {
  const [lead] = segment;
  let start = from;
  while (start <= text.length) {
    if (lead !== undefined) {
      start = text.indexOf(lead, start);
      if (start < 0) return -1;
    }
    const end = endAt(segment, text, start);
    if (end >= 0) return end;
    start++;
  }
  return -1;
};

/**
 * Full match. Each inner segment takes its first place after the one before, which is never worse than a later place,
 * so nothing is tried twice: time is linear in the text, where a regular expression with several `.*` would not be.
 */
export const compileWildcard = (parts: readonly WildcardPart[]): ((text: string) => boolean) => {
  const segments: (string | undefined)[][] = [[]];
  for (const part of parts) {
    if ('literal' in part) segments.at(-1)?.push(part.literal);
    else if (part.any === 'one') segments.at(-1)?.push(undefined);
    else segments.push([]);
  }
  const [first = [], ...rest] = segments;
  const last = rest.pop();
  if (last === undefined) return (text) => endAt(first, text, 0) === text.length;
  const inner = rest.filter((segment) => segment.length > 0);
  return (text) => {
    let at = endAt(first, text, 0);
    if (at < 0) return false;
    for (const segment of inner) {
      at = endOfFirst(segment, text, at);
      if (at < 0) return false;
    }
    return startAtEnd(last, text) >= at;
  };
};
