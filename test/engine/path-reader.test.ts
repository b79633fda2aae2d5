import { describe, expect, it } from 'vitest';
import { pathReader } from '../../src/engine/path-reader.ts';
import { jsonEvent } from '../support/events.ts';

const read = (field: string, doc: unknown) => pathReader(field)(jsonEvent(doc, ''));

const nested = (depth: number): unknown => {
  let value: unknown = { b: 1 };
  for (let level = 0; level < depth; level++) value = [value];
  return { a: value };
};

describe('reading a field by its path', () => {
  it.each([
    { name: 'a key', field: 'a', doc: { a: 1 }, expected: 1 },
    { name: 'null is there', field: 'a', doc: { a: null }, expected: null },
    { name: 'nothing below null', field: 'a.b', doc: { a: null }, expected: undefined },
    { name: 'nothing below text', field: 'a.length', doc: { a: 'text' }, expected: undefined },
    { name: 'no length of a list', field: 'a.length', doc: { a: [1] }, expected: undefined },
    { name: 'no index of a list', field: 'a.0', doc: { a: [1] }, expected: undefined },
    { name: 'a whole list', field: 'a', doc: { a: [1, [2]] }, expected: [1, [2]] },
    {
      name: 'each element of a list',
      field: 'a.b',
      doc: { a: [{ b: 1 }, {}, { b: null }] },
      expected: [1, null],
    },
    {
      name: 'lists below lists',
      field: 'a.b.c',
      doc: { a: [{ b: [{ c: 1 }, { c: [2] }] }] },
      expected: [1, 2],
    },
    { name: 'the document as a list', field: 'a', doc: [{ a: 1 }], expected: [1] },
    { name: 'inherited names', field: 'toString', doc: {}, expected: undefined },
    { name: 'inherited names below', field: 'a.__proto__', doc: { a: {} }, expected: undefined },
    { name: 'own keys with inherited names', field: 'a.valueOf', doc: { a: { valueOf: 1 } }, expected: 1 },
    { name: 'dots at the ends', field: '.a.', doc: { '': { a: { '': 1 } } }, expected: 1 },
    { name: 'lists in lists', field: 'a.b', doc: nested(3), expected: [1] },
    { name: 'ten thousand lists in lists', field: 'a.b', doc: nested(10_000), expected: undefined },
  ])('$name', ({ field, doc, expected }) => {
    expect(read(field, doc)).toEqual(expected);
  });
});
