import { isPlain, UNPRINTABLE, visibleEscape } from '../unprintable.ts';

/** Text that is markup. Only `html` makes it, so nothing that came from a log can be it. */
export interface Html {
  readonly markup: string;
}

type Part = Html | readonly Html[] | string | number | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` with what would hide, reorder or control shown as an escape. */
export const visibleText = (text: string): string =>
  isPlain(text) ? text : text.replace(UNPRINTABLE, visibleEscape);

const escapeText = (text: string): string =>
  visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const isList = (part: Html | readonly Html[]): part is readonly Html[] => Array.isArray(part);

const markupOf = (part: Part): string => {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(part);
  return isList(part) ? part.map(({ markup }) => markup).join('') : part.markup;
};

/** A template whose parts are text, in elements and in quoted attributes alike, unless they are `Html` themselves. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: strings.reduce((all, string, at) => all + markupOf(parts[at - 1]) + string),
});

/** JSON inside a script element: nothing in it ends the element or opens a comment. */
export const jsonScript = (value: unknown): Html => ({
  markup: JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029'),
});
