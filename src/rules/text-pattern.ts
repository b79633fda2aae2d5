import type { WildcardPart } from '../wildcard.ts';
import type { TextTest } from './rule.ts';

/** Where in the field's text the value must stand. */
export type Where = 'equals' | 'startswith' | 'endswith' | 'contains';

const many: WildcardPart = { any: 'many' };

const merged = (parts: readonly WildcardPart[]): readonly WildcardPart[] => {
  const out: WildcardPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if ('literal' in part) {
      if (part.literal === '') continue;
      if (last !== undefined && 'literal' in last)
        out[out.length - 1] = { literal: last.literal + part.literal };
      else out.push(part);
    } else if (!(part.any === 'many' && last !== undefined && 'any' in last && last.any === 'many'))
      out.push(part);
  }
  return out;
};

/**
 * Sigma's escapes: `\*` and `\?` are literal, `\\` is one backslash, and a backslash before anything else stands for
 * itself.
 */
export const parseSigmaText = (text: string): readonly WildcardPart[] => {
  const parts: WildcardPart[] = [];
  for (const [piece] of text.matchAll(/\\[\\*?]|[*?]|\\|[^\\*?]+/g)) {
    if (piece === '*') parts.push(many);
    else if (piece === '?') parts.push({ any: 'one' });
    else parts.push({ literal: piece.length === 2 && piece.startsWith('\\') ? piece.slice(1) : piece });
  }
  return merged(parts);
};

/** Entries of the configuration's lists know `*` only: `?` and `\` are ordinary characters of names there. */
export const parseListEntry = (text: string): readonly WildcardPart[] =>
  merged(text.split('*').flatMap((literal, index) => (index === 0 ? [{ literal }] : [many, { literal }])));

/** The cheapest test that says the same: most patterns have stars at their ends only. */
const simplify = (parts: readonly WildcardPart[], cased: boolean): TextTest => {
  const literals = parts.filter((part) => 'literal' in part);
  const ones = parts.some((part) => 'any' in part && part.any === 'one');
  const value = literals[0]?.literal ?? '';
  const [first, last] = [parts[0], parts.at(-1)];
  if (parts.length === 0) return { op: 'equals', value: '', cased };
  if (ones || literals.length !== 1 || first === undefined || last === undefined)
    return { op: 'wildcard', parts, cased };
  if (parts.length === 1) return { op: 'equals', value, cased };
  if ('literal' in first) return { op: 'startswith', value, cased };
  return { op: 'literal' in last ? 'endswith' : 'contains', value, cased };
};

/** Lower-cases the literals unless `cased`, so that nothing is left to do per event. */
export const textTest = (parts: readonly WildcardPart[], where: Where, cased: boolean): TextTest => {
  const open = [
    ...(where === 'contains' || where === 'endswith' ? [many] : []),
    ...parts,
    ...(where === 'contains' || where === 'startswith' ? [many] : []),
  ];
  const folded = open.map((part) =>
    'literal' in part && !cased ? { literal: part.literal.toLowerCase() } : part,
  );
  return simplify(merged(folded), cased);
};
