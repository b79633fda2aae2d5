import type { Event } from '../event.ts';
import type { Condition, FieldTest, KeywordTest } from '../rules/rule.ts';
import { type Comparator, compileAnyOf, compileValue, spellWanted } from './comparators.ts';
import type { FieldReader, ReaderOf } from './path-reader.ts';
import type { Trace } from './trace.ts';

/** A condition that runs. `test` and `explain` use the same comparators, so they cannot disagree. */
export interface Matcher {
  /** Stops at the first part that decides, and allocates nothing for plain values. */
  test(event: Event): boolean;
  /** Evaluates every part and says what each saw. */
  explain(event: Event): Trace;
}

const compileAnd = (parts: readonly Matcher[]): Matcher['test'] => {
  const [first, second, ...rest] = parts;
  if (first === undefined) return () => true;
  if (second === undefined) return first.test;
  if (rest.length === 0) return (event) => first.test(event) && second.test(event);
  return (event) => {
    for (const part of parts) if (!part.test(event)) return false;
    return true;
  };
};

const compileOr = (parts: readonly Matcher[]): Matcher['test'] => {
  const [first, second, ...rest] = parts;
  if (first === undefined) return () => false;
  if (second === undefined) return first.test;
  if (rest.length === 0) return (event) => first.test(event) || second.test(event);
  return (event) => {
    for (const part of parts) if (part.test(event)) return true;
    return false;
  };
};

const compileGroup = (kind: 'and' | 'or', parts: readonly Matcher[]): Matcher => ({
  test: kind === 'and' ? compileAnd(parts) : compileOr(parts),
  explain: (event) => {
    const of = parts.map((part) => part.explain(event));
    const matched = kind === 'and' ? of.every((each) => each.matched) : of.some((each) => each.matched);
    return { kind, matched, of };
  },
});

/** A value list against what was read. An empty list (an empty list of the configuration) matches nothing. */
const compileValues = (comparators: readonly Comparator[], all: boolean): Comparator['test'] => {
  const [only, second] = comparators;
  if (only === undefined) return () => false;
  if (second === undefined) return only.test;
  return all
    ? (value, event) => {
        for (const { test } of comparators) if (!test(value, event)) return false;
        return true;
      }
    : (value, event) => {
        for (const { test } of comparators) if (test(value, event)) return true;
        return false;
      };
};

interface Leaf {
  readonly read: FieldReader;
  readonly matches: Comparator['test'];
  readonly matchedBy: (value: unknown, event: Event) => readonly string[];
}

const compileLeaf = (test: FieldTest | KeywordTest, read: FieldReader, readerOf: ReaderOf): Leaf => {
  const comparators = test.all
    ? test.values.map((value) => compileValue(value, readerOf))
    : compileAnyOf(test.values, readerOf);
  return {
    read,
    matches: compileValues(comparators, test.all),
    matchedBy: (value, event) =>
      comparators.filter((each) => each.test(value, event)).map((each) => each.spell(value)),
  };
};

const compileField = (test: FieldTest, readerOf: ReaderOf): Matcher => {
  const { read, matches, matchedBy } = compileLeaf(test, readerOf(test.field), readerOf);
  const { field, line, lists = [] } = test;
  const wanted = test.values.map(spellWanted);
  return {
    test: (event) => matches(read(event), event),
    explain: (event) => {
      const saw = read(event);
      const matched = matches(saw, event);
      return { kind: 'field', field, line, saw, matched, by: matchedBy(saw, event), wanted, lists };
    },
  };
};

const readLine: FieldReader = (event) => event.text;

const compileKeywords = (test: KeywordTest, readerOf: ReaderOf): Matcher => {
  const { matches, matchedBy } = compileLeaf(test, readLine, readerOf);
  const { line } = test;
  const wanted = test.values.map(spellWanted);
  return {
    test: (event) => matches(event.text, event),
    explain: (event) => {
      const { text } = event;
      return { kind: 'keywords', line, matched: matches(text, event), by: matchedBy(text, event), wanted };
    },
  };
};

/** Makes a condition run. `readerOf` is asked once for each place where a field is named. */
export const compileCondition = (condition: Condition, readerOf: ReaderOf): Matcher => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return compileGroup(
        condition.kind,
        condition.of.map((part) => compileCondition(part, readerOf)),
      );
    case 'not': {
      const inner = compileCondition(condition.of, readerOf);
      return {
        test: (event) => !inner.test(event),
        explain: (event) => {
          const of = inner.explain(event);
          return { kind: 'not', matched: !of.matched, of };
        },
      };
    }
    case 'selection': {
      const inner = compileCondition(condition.of, readerOf);
      const { name } = condition;
      return {
        test: inner.test,
        explain: (event) => {
          const of = inner.explain(event);
          return { kind: 'selection', name, matched: of.matched, of };
        },
      };
    }
    case 'field':
      return compileField(condition, readerOf);
    case 'keywords':
      return compileKeywords(condition, readerOf);
  }
};
