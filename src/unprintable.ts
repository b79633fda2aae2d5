/**
 * Characters that a log line may hold to deceive whoever reads it: controls (C0, DEL, C1), line and paragraph
 * separators, bidi overrides and marks, zero-width and other invisible ones, halves of surrogate pairs, and code points
 * that can never be characters. https://trojansource.codes, CWE-150.
 */
export const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

/** Nothing but printable ASCII, as nearly all text is: a quick way around the search. */
export const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** The JSON escape of a character: `\u202e`, and a pair of them beyond U+FFFF. */
export const jsonEscape = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => `\\u${hex(character.charCodeAt(i), 4)}`).join('');

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** How people see the character: `\n`, `\x1b`, `\u202e`, `\u{e0041}`. */
export function visibleEscape(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 1)}}`;
}
