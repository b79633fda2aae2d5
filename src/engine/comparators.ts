import type { Event } from '../event.ts';
import { parseAddress } from '../network/address.ts';
import { holds, parseNetwork } from '../network/network.ts';
import type { TextTest, ValueTest } from '../rules/rule.ts';
import type { FieldReader, ReaderOf } from './path-reader.ts';
import { compileText, spellText, type TextComparator } from './text-comparators.ts';

/** One or more values of a rule, ready to be compared with what a field holds. */
export interface Comparator {
  /** `value` is what the reader gave, lists included. */
  readonly test: (value: unknown, event: Event) => boolean;
  /** The rule's value that matched; only asked after a `test` that was true. */
  readonly spell: (value: unknown) => string;
}

/** The text that Sigma compares; undefined for what has none (null, objects). */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

/** Lists directly inside lists: real documents have none, an attacker's may have ten thousand. */
const DEEPEST_LISTS = 8;

/** Through lists, any element may match. */
const anyElement = (value: unknown, test: (element: unknown) => boolean, lists = 0): boolean => {
  if (!Array.isArray(value)) return test(value);
  if (lists >= DEEPEST_LISTS) return false;
  for (const element of value) if (anyElement(element, test, lists + 1)) return true;
  return false;
};

const overTexts = (compare: TextComparator): Comparator['test'] => {
  const test = (element: unknown): boolean => {
    const text = textOf(element);
    return text !== undefined && compare(text);
  };
  return (value) => (typeof value === 'string' ? compare(value) : anyElement(value, test));
};

const ofText = (test: TextTest): Comparator => {
  const spelled = spellText(test);
  return { test: overTexts(compileText(test)), spell: () => spelled };
};

/** Decimal numbers written as text count as numbers: some sources write all values as text. */
const DECIMAL = /^-?\d{1,15}(?:\.\d{1,15})?$/;

const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : Number.NaN;
};

const ORDER: Readonly<Record<'gt' | 'gte' | 'lt' | 'lte', (seen: number, limit: number) => boolean>> = {
  gt: (seen, limit) => seen > limit,
  gte: (seen, limit) => seen >= limit,
  lt: (seen, limit) => seen < limit,
  lte: (seen, limit) => seen <= limit,
};

const ofOrder = (op: 'gt' | 'gte' | 'lt' | 'lte', limit: number): Comparator => {
  const compare = ORDER[op];
  // NaN, for what is no number, is in no order with anything.
  const test = (element: unknown): boolean => compare(numberOf(element), limit);
  return { test: (value) => anyElement(value, test), spell: () => `${op} ${limit}` };
};

const ofNetwork = (text: string): Comparator => {
  const network = parseNetwork(text);
  if ('problem' in network) throw new Error(`a loaded rule holds a bad network: ${network.problem}`);
  const compare = (seen: string): boolean => {
    const address = parseAddress(seen);
    return address !== undefined && holds(network, address);
  };
  return { test: overTexts(compare), spell: () => text };
};

const isNull = (element: unknown): boolean => element === null || element === undefined;

const ofFieldref = (read: FieldReader, field: string, cased: boolean): Comparator => {
  const fold = (text: string): string => (cased ? text : text.toLowerCase());
  return {
    test: (value, event) => {
      const other = textOf(read(event));
      if (other === undefined) return false;
      const wanted = fold(other);
      return anyElement(value, (element) => {
        const text = textOf(element);
        return text !== undefined && fold(text) === wanted;
      });
    },
    spell: () => `the value of ${field}`,
  };
};

/** The one table of comparisons: what each test of a rule does with what a field holds. */
export const compileValue = (test: ValueTest, readerOf: ReaderOf): Comparator => {
  switch (test.op) {
    case 'null':
      return { test: (value) => anyElement(value, isNull), spell: () => spellWanted(test) };
    case 'exists':
      return {
        test: (value) => (value !== undefined) === test.expected,
        spell: () => spellWanted(test),
      };
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return ofOrder(test.op, test.value);
    case 'cidr':
      return ofNetwork(test.network);
    case 'until': {
      const { test: compare, spell } = ofText(test.test);
      const { until } = test;
      return {
        test: (value, event) => event.time !== undefined && event.time < until && compare(value, event),
        spell,
      };
    }
    case 'fieldref':
      return ofFieldref(readerOf(test.field), test.field, test.cased);
    default:
      return ofText(test);
  }
};

/** What a value of a rule asks for, as a reader of the rule would write it. */
export const spellWanted = (test: ValueTest): string => {
  switch (test.op) {
    case 'null':
      return 'null';
    case 'exists':
      return `exists: ${test.expected}`;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return `${test.op} ${test.value}`;
    case 'cidr':
      return test.network;
    case 'fieldref':
      return `the value of ${test.field}`;
    case 'until':
      return spellText(test.test);
    default:
      return spellText(test);
  }
};

type Equals = Extract<TextTest, { op: 'equals' | 'startswith' | 'endswith' | 'contains' }>;

const isEquals = (test: ValueTest): test is Equals => test.op === 'equals';

/** Many equal values cost one look-up. */
const ofSet = (tests: readonly Equals[], cased: boolean): Comparator => {
  const values = new Set(tests.map(({ value }) => value));
  const fold = (text: string): string => (cased ? text : text.toLowerCase());
  return {
    test: overTexts(cased ? (text) => values.has(text) : (text) => values.has(text.toLowerCase())),
    spell: (value) => {
      let found = '';
      anyElement(value, (element) => {
        found = fold(textOf(element) ?? '');
        return textOf(element) !== undefined && values.has(found);
      });
      return found;
    },
  };
};

/** From this many on, a set is cheaper than comparing one after the other. */
const MANY = 3;

/** Comparators for values of which any may match: plain ones share a set, the others follow in their order. */
export const compileAnyOf = (tests: readonly ValueTest[], readerOf: ReaderOf): readonly Comparator[] => {
  const grouped = [true, false].map((cased) => tests.filter(isEquals).filter((test) => test.cased === cased));
  const sets = grouped.filter((group) => group.length >= MANY);
  const inSets = new Set<ValueTest>(sets.flat());
  return [
    ...sets.map((group) => ofSet(group, group[0]?.cased === true)),
    ...tests.filter((test) => !inSets.has(test)).map((test) => compileValue(test, readerOf)),
  ];
};
