import { splitAtWidth, toTerminal, widthOf } from './terminal-text.ts';

/** A sentence of more than this is cut: what a line says is chosen by whoever wrote it. */
const LONGEST = 4000;

/**
 * `text` made harmless and broken at blanks into at most `lines` lines of `columns` columns. What has no blank is broken
 * where it must be; `…` ends the last line of a text that does not fit.
 */
export function wrapTerminal(text: string, columns: number, lines: number): readonly string[] {
  const wrapped: string[] = [];
  let rest = toTerminal(text.slice(0, LONGEST)).trim();
  while (rest !== '' && wrapped.length < lines) {
    const [line, more] = breakLine(rest, columns);
    wrapped.push(line);
    rest = more;
  }
  if (rest === '' && text.length <= LONGEST) return wrapped.length === 0 ? [''] : wrapped;
  const last = wrapped.pop() ?? '';
  return [...wrapped, `${splitAtWidth(last, columns - 1)[0]}…`];
}

/** The first line of `text`, and what comes after the blanks that end it. */
function breakLine(text: string, columns: number): readonly [string, string] {
  const [head, tail] = splitAtWidth(text, columns);
  if (tail === '' || tail.startsWith(' ')) return [head, tail.trimStart()];
  const blank = head.lastIndexOf(' ');
  const next = text.slice(blank + 1);
  // A word that fits no line is broken here rather than leave a hole.
  if (blank > 0 && (widthOf(head.slice(0, blank)) > columns / 2 || startsWithWordOf(next, columns))) {
    return [text.slice(0, blank), next];
  }
  return head === '' ? [text, ''] : [head, tail];
}

function startsWithWordOf(text: string, columns: number): boolean {
  const [head, tail] = splitAtWidth(text, columns);
  return tail === '' || tail.startsWith(' ') || head.includes(' ');
}
