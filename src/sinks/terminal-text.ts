import stringWidth from 'string-width';
import { isPlain, UNPRINTABLE, visibleEscape } from '../unprintable.ts';

/** Stacked marks spill over the neighbouring lines; no living script needs more than this on one letter. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

/**
 * `text` as it may go to a terminal: nothing in it moves the cursor, colours, reorders or hides. What would is shown as
 * an escape (`\x1b`, `\n`, `\u202e`). One line, whatever came in.
 */
export const toTerminal = (text: string): string =>
  isPlain(text) ? text : text.replace(UNPRINTABLE, visibleEscape).replace(STACKED_MARKS, '$1');

/** Columns that `text` (from `toTerminal`) takes. */
export const widthOf = (text: string): number => stringWidth(text);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Splits `text` after at most `columns` columns, never within a character. The first part is the whole of a text that fits. */
export function splitAtWidth(text: string, columns: number): readonly [string, string] {
  // One column each. Looking one further: a mark may follow the last letter.
  if (isPlain(text.slice(0, columns + 1))) return [text.slice(0, columns), text.slice(columns)];
  let width = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width > columns) return [text.slice(0, index), text.slice(index)];
  }
  return [text, ''];
}

/** `text` made harmless and cut to `columns` columns; `…` ends what was cut. */
export function fitTerminal(text: string, columns: number): string {
  // A megabyte need not be looked at to show a line of it: this is more than any harmless text needs.
  const beginning = text.slice(0, columns * 16);
  const safe = toTerminal(beginning);
  if (beginning.length === text.length && widthOf(safe) <= columns) return safe;
  return `${splitAtWidth(safe, columns - 1)[0]}…`;
}
