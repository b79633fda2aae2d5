import { RE2JS } from 're2js';
import type { Labels } from '../event.ts';
import { unquote } from './go-string.ts';
import { createScanner, type Scanner, SelectorProblem } from './scanner.ts';

/** A LogQL log query: which streams, and which of their lines. */
export interface Selector {
  readonly text: string;
  readonly matchers: readonly Matcher[];
  /** Line filters directly behind the stream selector. */
  readonly filters: readonly LineFilter[];
  /** What follows them (`| json | …`), as written. Only Loki evaluates it. */
  readonly pipeline: string;
}

/** A missing label counts as empty. `test` says whether a label's value is accepted. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
  readonly test: (value: string) => boolean;
}

/** `test` says whether a line passes. */
export interface LineFilter {
  readonly operator: '|=' | '!=' | '|~' | '!~';
  readonly values: readonly string[];
  readonly test: (line: string) => boolean;
}

const LABEL = /[A-Za-z_][A-Za-z0-9_]*/y;
const STRING = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y;
const MATCHER_OPERATOR = /=~|!~|!=|=/y;
// `ip(…)` filters are left to Loki.
const FILTER_OPERATOR = /(?:\|=|\|~|!=|!~)(?!\s*ip\s*\()/y;
const VALID = `valid: {job="kubernetes-audit"}, {namespace="vault",container=~"audit-.*"} |= "text"`;

/** Reads a log query as Loki would. Stages behind the line filters are only checked for their shape. */
export function parseSelector(text: string): Selector | { readonly problem: string } {
  try {
    return readSelector(text);
  } catch (error) {
    if (error instanceof SelectorProblem) return { problem: `${error.message}; ${VALID}` };
    throw error;
  }
}

function readSelector(text: string): Selector {
  const scanner = createScanner(text);
  scanner.expect('{', 'a stream selector starts with `{`');
  const matchers: Matcher[] = [];
  do matchers.push(readMatcher(scanner));
  while (scanner.take(','));
  scanner.expect('}', 'expected `,` or `}`');
  if (matchers.every(({ test }) => test(''))) {
    throw new SelectorProblem('Loki wants at least one matcher that an empty label does not meet');
  }
  const filters: LineFilter[] = [];
  for (let operator = scanner.match(FILTER_OPERATOR); operator !== undefined; ) {
    filters.push(readFilter(scanner, operator));
    operator = scanner.match(FILTER_OPERATOR);
  }
  const pipeline = readPipeline(scanner);
  // `|= "a" or ip(…)`: what was read of this filter would drop lines that Loki lets through.
  if (/^or\b/.test(pipeline)) filters.pop();
  return { text, matchers, filters, pipeline };
}

function readMatcher(scanner: Scanner): Matcher {
  const label = scanner.match(LABEL) ?? scanner.fail('expected a label name');
  const operator = scanner.match(MATCHER_OPERATOR) ?? scanner.fail('expected =, !=, =~ or !~');
  const value = readString(scanner);
  return matcherOf(label, operator as Matcher['operator'], value); // MATCHER_OPERATOR matches nothing else
}

function matcherOf(label: string, operator: Matcher['operator'], value: string): Matcher {
  if (operator === '=') return { label, operator, value, test: (given) => given === value };
  if (operator === '!=') return { label, operator, value, test: (given) => given !== value };
  // Label matchers are anchored, and their dot matches a line feed.
  const regex = compile(value, RE2JS.DOTALL);
  const wanted = operator === '=~';
  return { label, operator, value, test: (given) => regex.matches(given) === wanted };
}

function readFilter(scanner: Scanner, operator: string): LineFilter {
  const values = [readString(scanner)];
  while (scanner.match(/or\b(?!\s*ip\s*\()/y) !== undefined) values.push(readString(scanner));
  const any = operator.endsWith('~') ? anyRegex(values) : anyText(values);
  return {
    operator: operator as LineFilter['operator'], // FILTER_OPERATOR matches nothing else
    values,
    test: operator.startsWith('|') ? any : (line) => !any(line),
  };
}

const anyText =
  (values: readonly string[]): ((line: string) => boolean) =>
  (line) =>
    values.some((value) => line.includes(value));

/** Line filters are not anchored. */
function anyRegex(values: readonly string[]): (line: string) => boolean {
  const regexes = values.map((value) => compile(value, 0));
  return (line) => regexes.some((regex) => regex.matcher(line).find());
}

function compile(pattern: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new SelectorProblem(`${JSON.stringify(pattern)} is no RE2 expression (${cause})`);
  }
}

function readString(scanner: Scanner): string {
  const quoted = scanner.match(STRING) ?? scanner.fail('expected a value in double quotes or back-ticks');
  const value = unquote(quoted);
  if (typeof value === 'string') return value;
  throw new SelectorProblem(`in ${quoted}, ${value.problem}`);
}

function readPipeline(scanner: Scanner): string {
  const rest = scanner.rest();
  if (rest === '') return '';
  if (!/^(?:\||!>|#|(?:!=|or)\s*ip\s*\()/.test(rest))
    scanner.fail('expected a line filter or a pipeline stage (`| …`)');
  const strings = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/g;
  if (/["`]/.test(rest.replace(strings, ''))) throw new SelectorProblem('a quote is not closed');
  return rest;
}

/** Whether Loki would find a stream with these labels. */
export const matchesLabels = (selector: Selector, labels: Labels): boolean =>
  selector.matchers.every(({ label, test }) =>
    test(Object.hasOwn(labels, label) ? (labels[label] ?? '') : ''),
  );

/** Whether a line of such a stream passes the line filters. Pipeline stages are not evaluated. */
export const passesFilters = (selector: Selector, line: string): boolean =>
  selector.filters.every(({ test }) => test(line));
