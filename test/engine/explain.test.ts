import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../src/engine/compile.ts';
import { pathReader } from '../../src/engine/path-reader.ts';
import type { Condition, ValueTest } from '../../src/rules/rule.ts';
import { matcherOf } from '../support/detections.ts';
import { jsonEvent } from '../support/events.ts';

const word = fc.constantFrom('', 'a', 'A', 'ab', 'aB', 'ba', '1', '10', 'true', '10.0.0.1', 'İ', '\u0307i');
const fieldName = fc.constantFrom('f', 'g', 'h', 'o.f', 'o.g');

const scalar = fc.oneof(word, fc.constantFrom(0, 1, 10, true, false, null));
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
const fields = fc.record({ f: value, g: value, h: value }, { requiredKeys: [] });
const document = fc.record(
  { f: value, g: value, o: fc.oneof(fields, fc.array(fields, { maxLength: 2 })) },
  { requiredKeys: [] },
);

const cased = fc.boolean();
const fold = (text: string, keep: boolean) => (keep ? text : text.toLowerCase());

const valueTest: fc.Arbitrary<ValueTest> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('equals' as const, 'startswith' as const, 'endswith' as const, 'contains' as const),
      word,
      cased,
    )
    .map(([op, text, keep]) => ({ op, value: fold(text, keep), cased: keep })),
  fc.tuple(word, word, cased).map(([first, last, keep]) => ({
    op: 'wildcard' as const,
    parts: [
      { literal: fold(first, keep) },
      { any: 'one' as const },
      { any: 'many' as const },
      { literal: fold(last, keep) },
    ],
    cased: keep,
  })),
  fc.constant<ValueTest>({ op: 'null' }),
  fc.boolean().map((expected) => ({ op: 'exists' as const, expected })),
  fc
    .tuple(fc.constantFrom('gt' as const, 'lte' as const), fc.integer({ min: 0, max: 10 }))
    .map(([op, limit]) => ({ op, value: limit })),
  fc.constant<ValueTest>({ op: 'cidr', network: '10.0.0.0/8' }),
  fc.constant<ValueTest>({ op: 're', source: 'a.?$', flags: 'i' }),
  fc.tuple(fieldName, cased).map(([field, keep]) => ({ op: 'fieldref' as const, field, cased: keep })),
);

const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      kind: fc.constant('field' as const),
      field: fieldName,
      all: fc.boolean(),
      values: fc.array(valueTest, { maxLength: 6 }),
      line: fc.constant(1),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('node') }),
    fc.record({ kind: fc.constant('selection' as const), name: fc.constant('s'), of: tie('node') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('node'), { maxLength: 4 }),
    }),
  ),
})).node;

/** The plain meaning of one value on one element, without anything that makes it fast. */
const plain = (test: ValueTest, element: unknown, event: { readonly doc: unknown }): boolean => {
  if (test.op === 'null') return element === null || element === undefined;
  const text = ['string', 'number', 'boolean'].includes(typeof element) ? String(element) : undefined;
  if (text === undefined || test.op === 'exists') return false;
  const keep = 'cased' in test && test.cased;
  const seen = fold(text, keep);
  switch (test.op) {
    case 'equals':
      return seen === test.value;
    case 'startswith':
      return seen.startsWith(test.value);
    case 'endswith':
      return seen.endsWith(test.value);
    case 'contains':
      return seen.includes(test.value);
    case 'wildcard': {
      const [first, , , last] = test.parts.map((part) => ('literal' in part ? part.literal : ''));
      const [start = '', end = ''] = [first, last];
      return (
        seen.startsWith(start) && seen.endsWith(end) && [...seen].length > [...start].length + [...end].length
      );
    }
    case 're':
      return /a.?$/i.test(text);
    case 'cidr':
      return text.startsWith('10.0.0.');
    case 'gt':
    case 'lte': {
      const number = /^\d+$/.test(text) && typeof element !== 'boolean' ? Number(text) : Number.NaN;
      return test.op === 'gt' ? number > test.value : number <= test.value;
    }
    case 'fieldref': {
      const other = pathReader(test.field)(jsonEvent(event.doc));
      return ['string', 'number', 'boolean'].includes(typeof other) && fold(String(other), keep) === seen;
    }
    default:
      return false;
  }
};

const naive = (node: Condition, doc: unknown): boolean => {
  switch (node.kind) {
    case 'and':
      return node.of.every((part) => naive(part, doc));
    case 'or':
      return node.of.some((part) => naive(part, doc));
    case 'not':
      return !naive(node.of, doc);
    case 'selection':
      return naive(node.of, doc);
    case 'keywords':
      return false;
    case 'field': {
      const saw = pathReader(node.field)(jsonEvent(doc));
      const elements: readonly unknown[] = Array.isArray(saw) ? saw : [saw];
      const results = node.values.map((test) =>
        test.op === 'exists'
          ? (saw !== undefined) === test.expected
          : elements.some((element) => plain(test, element, { doc })),
      );
      return results.length > 0 && (node.all ? results.every(Boolean) : results.some(Boolean));
    }
  }
};

describe('a compiled condition', () => {
  it('tests as it explains, and as a plain evaluation does', () => {
    let matches = 0;
    fc.assert(
      fc.property(condition, document, (node, doc) => {
        const matcher = compileCondition(node, pathReader);
        const event = jsonEvent(doc);
        const matched = matcher.test(event);
        if (matched) matches++;
        expect(matcher.explain(event).matched).toBe(matched);
        expect(matched).toBe(naive(node, doc));
      }),
      { numRuns: 3000 },
    );
    expect(matches).toBeGreaterThan(300);
  });

  const field = (name: string, line: number, saw: string, by: readonly string[]) => ({
    kind: 'field',
    field: name,
    line,
    saw,
    matched: by.length > 0,
    by,
    lists: [],
  });

  it('says what each part saw and which value matched', () => {
    const matcher = matcherOf(
      "selection:\n  verb: [get, list, watch]\n  user|startswith: 'system:'\nfilter: {user|endswith: ':vault'}\nkeywords: [secret]\ncondition: selection and not filter and keywords",
    );
    const doc = { verb: 'LIST', user: 'system:node' };
    expect(matcher.explain(jsonEvent(doc, 'a SECRET line'))).toEqual({
      kind: 'and',
      matched: true,
      of: [
        {
          kind: 'selection',
          name: 'selection',
          matched: true,
          of: {
            kind: 'and',
            matched: true,
            of: [
              { ...field('verb', 4, 'LIST', ['list']), wanted: ['get', 'list', 'watch'] },
              { ...field('user', 5, 'system:node', ['system:*']), wanted: ['system:*'] },
            ],
          },
        },
        {
          kind: 'not',
          matched: true,
          of: {
            kind: 'selection',
            name: 'filter',
            matched: false,
            of: { ...field('user', 6, 'system:node', []), wanted: ['*:vault'] },
          },
        },
        {
          kind: 'selection',
          name: 'keywords',
          matched: true,
          of: { kind: 'keywords', line: 7, matched: true, by: ['*secret*'], wanted: ['*secret*'] },
        },
      ],
    });
  });

  it.each([
    { name: 'a number', line: 'f|gte: 5', by: 'gte 5' },
    { name: 'a network', line: "f|cidr: ['10.0.0.0/8', '0.0.0.0/0']", by: '10.0.0.0/8', doc: '10.0.0.1' },
    { name: 'a regular expression', line: "f|re|i: 'A+'", by: '/A+/i', doc: 'xaa' },
    { name: 'a wildcard with an escape', line: "f: 'a\\**z?'", by: 'a\\**z?', doc: 'a*--zz' },
    { name: 'existence', line: 'f|exists: true', by: 'exists: true' },
    { name: 'a missing field', line: 'g: null', by: 'null' },
    { name: 'another field', line: 'f|fieldref: f', by: 'the value of f' },
    { name: 'a member of a long list', line: 'f: [a, b, C]', by: 'c', doc: ['x', 'c'] },
  ])('spells $name as the rule does', ({ line, by, doc = 7 }) => {
    const trace = matcherOf(`selection:\n  ${line}\ncondition: selection`).explain(jsonEvent({ f: doc }));
    const field = trace.kind === 'selection' ? trace.of : trace;
    expect(field.kind === 'field' ? field.by[0] : undefined).toBe(by);
  });
});
