import { describe, expect, it } from 'vitest';
import { type Necessary, necessaryOf } from '../../src/engine/necessary.ts';
import type { Condition, ValueTest } from '../../src/rules/rule.ts';

const test = (field: string, ...values: readonly ValueTest[]): Condition => ({
  kind: 'field',
  field,
  all: false,
  values,
  line: 1,
});
const is = (value: string): ValueTest => ({ op: 'equals', value, cased: true });
const plain = (necessary: Necessary) =>
  Object.fromEntries([...necessary].map(([field, texts]) => [field, [...texts]]));

const a = test('a', is('1'), is('2'));
const b = test('b', is('B'));
const open = test('a', { op: 'startswith', value: 'x', cased: true });

describe('necessaryOf', () => {
  it.each([
    { name: 'equal values', condition: a, necessary: { a: ['1', '2'] } },
    { name: 'lower case, as the index looks up', condition: b, necessary: { b: ['b'] } },
    { name: 'nothing for a prefix', condition: open, necessary: {} },
    { name: 'nothing when one value is open', condition: test('a', is('1'), { op: 'null' }), necessary: {} },
    {
      name: 'both sides of and',
      condition: { kind: 'and', of: [a, b] },
      necessary: { a: ['1', '2'], b: ['b'] },
    },
    {
      name: 'the shorter list of two',
      condition: { kind: 'and', of: [a, test('a', is('1'))] },
      necessary: { a: ['1'] },
    },
    {
      name: 'the union of or',
      condition: { kind: 'or', of: [a, test('a', is('3'))] },
      necessary: { a: ['1', '2', '3'] },
    },
    {
      name: 'no field that one side of or leaves open',
      condition: { kind: 'or', of: [a, b] },
      necessary: {},
    },
    { name: 'nothing for not', condition: { kind: 'not', of: a }, necessary: {} },
    {
      name: 'the inside of a selection',
      condition: { kind: 'selection', name: 's', of: a },
      necessary: { a: ['1', '2'] },
    },
  ] satisfies readonly { name: string; condition: Condition; necessary: object }[])(
    '$name',
    ({ condition, necessary }) => {
      expect(plain(necessaryOf(condition))).toEqual(necessary);
    },
  );
});
