import { redactText } from '../redact.ts';
import { UNPRINTABLE, visibleEscape } from '../unprintable.ts';

/**
 * Text for Slack. Whatever stood in a log line can mention nobody, link nowhere, and neither reorder nor hide anything:
 * `&`, `<` and `>` are escaped, which is all that Slack's markup needs, and what cannot be seen is shown as an escape.
 */
export const slackText = (text: string, longest: number): string =>
  escapeWithin(visible(text, longest), longest);

/** As a code span: no formatting and no automatic links in it. */
export const slackCode = (text: string, longest: number): string => {
  const inner = escapeWithin(withoutBackticks(visible(text, longest)), longest - 2);
  return inner.trim() === '' ? '–' : `\`${inner}\``;
};

/** As a block of lines. */
export const slackCodeBlock = (lines: readonly string[], longestLine: number): string =>
  `\`\`\`\n${lines.map((line) => escapeWithin(withoutBackticks(visible(line, longestLine)), longestLine)).join('\n')}\n\`\`\``;

/** For plain_text objects, where markup means nothing. */
export const slackPlain = (text: string, longest: number): string => cut(visible(text, longest), longest);

const visible = (text: string, longest: number): string =>
  redactText(text.slice(0, longest * 4)).replace(UNPRINTABLE, visibleEscape);

/** A modifier letter that looks like one: a back-tick would end the code. */
const withoutBackticks = (text: string): string => text.replaceAll('`', 'ˋ');

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escapes, and cuts by characters so that neither an escape nor a surrogate pair is torn apart. */
function escapeWithin(text: string, longest: number): string {
  const pieces = Array.from(text, (character) => ESCAPES[character] ?? character);
  const whole = pieces.join('');
  if (whole.length <= longest) return whole;
  let length = 1;
  const fitting = pieces.findIndex((piece) => {
    length += piece.length;
    return length > longest;
  });
  return `${pieces.slice(0, fitting).join('')}…`;
}

export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
