import { suggest } from '../nearest.ts';
import { compileWildcard } from '../wildcard.ts';
import { placeWithin } from '../yaml/yaml-tree.ts';
import type { Text } from './read-keys.ts';
import type { Report } from './report.ts';
import type { Condition } from './rule.ts';
import { parseListEntry } from './text-pattern.ts';

interface Token {
  readonly text: string;
  readonly index: number;
}

interface Cursor {
  readonly tokens: readonly Token[];
  readonly identifiers: ReadonlyMap<string, Condition>;
  readonly used: Set<string>;
  readonly text: Text;
  readonly report: Report;
  next: number;
  depth: number;
}

export const RESERVED = new Set(['and', 'or', 'not', 'of', 'them', 'all', 'any', '1']);

const MOST_TOKENS = 2_000;
const DEEPEST = 100;

/** Ends the parse: what follows a syntax mistake says nothing. */
class Stop extends Error {}

const fail = ({ text, report }: Cursor, token: Token | undefined, message: string): never => {
  report.mistake(placeWithin(text, token?.index ?? text.value.length), message);
  throw new Stop();
};

const peek = ({ tokens, next }: Cursor): Token | undefined => tokens[next];

const take = (cursor: Cursor): Token | undefined => cursor.tokens[cursor.next++];

const accept = (cursor: Cursor, word: string): boolean => {
  if (peek(cursor)?.text !== word) return false;
  cursor.next++;
  return true;
};

const select = (cursor: Cursor, name: string): Condition => {
  cursor.used.add(name);
  const of = cursor.identifiers.get(name) ?? { kind: 'or', of: [] };
  return { kind: 'selection', name, of };
};

/** Names starting with `_` are helpers: only a pattern that starts with `_` itself reaches them. */
const namesMatching = (pattern: string, names: readonly string[]): readonly string[] => {
  if (pattern === 'them') return names.filter((name) => !name.startsWith('_'));
  const matches = compileWildcard(parseListEntry(pattern));
  return names.filter((name) => matches(name) && (pattern.startsWith('_') || !name.startsWith('_')));
};

const parseOf = (cursor: Cursor, quantifier: Token): Condition => {
  const pattern = take(cursor);
  if (pattern === undefined || /^[()]$|^(?:and|or|not|of)$/.test(pattern.text))
    return fail(
      cursor,
      pattern,
      `\`${quantifier.text} of\` needs \`them\` or a pattern such as \`selection_*\``,
    );
  const all = [...cursor.identifiers.keys()];
  const names = namesMatching(pattern.text, all);
  if (names.length === 0) {
    const meant = pattern.text === 'them' ? all : all.filter((name) => !name.startsWith('_'));
    cursor.report.mistake(
      placeWithin(cursor.text, pattern.index),
      `\`${pattern.text}\` matches no identifier of the detection: ${suggest(pattern.text.replaceAll('*', ''), meant)}`,
    );
  }
  return {
    kind: quantifier.text === 'all' ? 'and' : 'or',
    of: names.map((name) => select(cursor, name)),
  };
};

const parsePrimary = (cursor: Cursor): Condition => {
  const token = take(cursor);
  if (token === undefined) return fail(cursor, token, 'the condition ends here; an identifier is missing');
  if (token.text === '(') {
    const inner = parseOr(cursor);
    if (!accept(cursor, ')')) return fail(cursor, peek(cursor), 'a `)` is missing');
    return inner;
  }
  if (peek(cursor)?.text === 'of') {
    if (!/^(?:1|any|all)$/.test(token.text))
      return fail(cursor, token, `\`${token.text} of\` is not in the profile; valid: 1 of, any of, all of`);
    cursor.next++;
    return parseOf(cursor, token);
  }
  return parseIdentifier(cursor, token);
};

const parseIdentifier = (cursor: Cursor, token: Token): Condition => {
  const { text } = token;
  if (text === '|')
    return fail(
      cursor,
      token,
      'aggregations (`| count() …`) are not in the profile: add a correlation document',
    );
  if (text === ')' || RESERVED.has(text))
    return fail(cursor, token, `an identifier is expected before \`${text}\``);
  if (text.includes('*'))
    return fail(cursor, token, `a pattern needs a quantifier: \`1 of ${text}\` or \`all of ${text}\``);
  if (!cursor.identifiers.has(text)) {
    const lower = text.toLowerCase();
    const hint = RESERVED.has(lower) ? `write \`${lower}\`` : suggest(text, [...cursor.identifiers.keys()]);
    cursor.report.mistake(
      placeWithin(cursor.text, token.index),
      `the detection has no identifier \`${text}\`: ${hint}`,
    );
  }
  return select(cursor, text);
};

const parseNot = (cursor: Cursor): Condition => {
  if (++cursor.depth > DEEPEST)
    fail(cursor, peek(cursor), `the condition is nested more than ${DEEPEST} deep`);
  const result: Condition = accept(cursor, 'not')
    ? { kind: 'not', of: parseNot(cursor) }
    : parsePrimary(cursor);
  cursor.depth--;
  return result;
};

const parseChain = (cursor: Cursor, word: 'and' | 'or', part: (cursor: Cursor) => Condition): Condition => {
  const first = part(cursor);
  const of = [first];
  while (accept(cursor, word)) of.push(part(cursor));
  return of.length === 1 ? first : { kind: word, of };
};

const parseOr = (cursor: Cursor): Condition =>
  parseChain(cursor, 'or', (inner) => parseChain(inner, 'and', parseNot));

const tokenize = (text: string): readonly Token[] =>
  [...text.matchAll(/[()|]|[^\s()|]+/g)].map((found) => ({ text: found[0], index: found.index }));

export interface ParsedCondition {
  readonly condition: Condition;
  /** Identifiers that the condition uses. */
  readonly used: ReadonlySet<string>;
}

/** `or < and < not < x of < ()`. Undefined when the syntax is broken; undefined names are reported and kept. */
export const parseCondition = (
  text: Text,
  identifiers: ReadonlyMap<string, Condition>,
  report: Report,
): ParsedCondition | undefined => {
  const tokens = tokenize(text.value);
  const cursor: Cursor = { tokens, identifiers, used: new Set(), text, report, next: 0, depth: 0 };
  try {
    if (tokens.length > MOST_TOKENS)
      fail(cursor, tokens[MOST_TOKENS], `more than ${MOST_TOKENS} words in a condition`);
    const condition = parseOr(cursor);
    const rest = peek(cursor);
    if (rest !== undefined) fail(cursor, rest, leftover(rest.text));
    return { condition, used: cursor.used };
  } catch (error) {
    if (error instanceof Stop) return undefined;
    throw error;
  }
};

const leftover = (text: string): string => {
  if (text === ')') return 'this `)` closes nothing';
  if (text === '|') return 'aggregations (`| count() …`) are not in the profile: add a correlation document';
  const lower = text.toLowerCase();
  if (lower !== text && RESERVED.has(lower)) return `unknown word \`${text}\`: write \`${lower}\``;
  return `\`and\` or \`or\` is missing before \`${text}\``;
};
