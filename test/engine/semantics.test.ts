import { describe, expect, it } from 'vitest';
import { fieldMatcher, matcherOf } from '../support/detections.ts';
import { jsonEvent } from '../support/events.ts';
import { ruleContext } from '../support/rule-context.ts';

interface Row {
  readonly name: string;
  readonly line: string;
  readonly yes: readonly unknown[];
  readonly no: readonly unknown[];
}

const f = (value: unknown) => ({ f: value });

const text: readonly Row[] = [
  {
    name: 'a plain value is equal in any case',
    line: 'f: Admin',
    yes: [f('admin'), f('ADMIN'), f(['x', 'Admin'])],
    no: [f('admins'), f('xadmin'), f(''), f(null), {}, f({ admin: 1 }), f([['a']])],
  },
  {
    name: 'cased compares as it is',
    line: 'f|cased: Admin',
    yes: [f('Admin')],
    no: [f('admin'), f('ADMIN')],
  },
  {
    name: 'lower-casing that changes the length does not confuse',
    line: "f: 'i\u0307x'",
    yes: [f('\u0130x'), f('i\u0307X')],
    no: [f('ix')],
  },
  {
    name: 'numbers compare as text',
    line: 'f: 403',
    yes: [f(403), f('403')],
    no: [f(4030), f('0403'), f(null)],
  },
  { name: 'quoted numbers match numbers', line: "f: '403'", yes: [f(403), f('403')], no: [f(40.3)] },
  {
    name: 'booleans compare as text',
    line: 'f: true',
    yes: [f(true), f('true'), f('TRUE')],
    no: [f(1), f(false)],
  },
  { name: 'contains', line: 'f|contains: dm', yes: [f('aDMin'), f('dm')], no: [f('d-m'), f('')] },
  { name: 'contains|cased', line: 'f|contains|cased: dm', yes: [f('admin')], no: [f('aDMin')] },
  { name: 'contains finds digits in numbers', line: 'f|contains: 40', yes: [f(1403)], no: [f(1304)] },
  { name: 'startswith', line: 'f|startswith: ad', yes: [f('Admin'), f('ad')], no: [f('xad'), f('a')] },
  { name: 'startswith|cased', line: 'f|startswith|cased: ad', yes: [f('admin')], no: [f('Admin')] },
  { name: 'endswith', line: 'f|endswith: min', yes: [f('adMIN')], no: [f('mina')] },
  { name: 'endswith|cased', line: 'f|endswith|cased: min', yes: [f('admin')], no: [f('adMIN')] },
  { name: 'a list is any of its values', line: 'f: [a, b]', yes: [f('a'), f('B')], no: [f('c'), f('ab')] },
  {
    name: 'a long list is any of its values',
    line: 'f: [a, b, C, d, 5]',
    yes: [f('A'), f('c'), f(5), f(['x', 'D'])],
    no: [f('e'), f(['x']), f(null), {}],
  },
  {
    name: 'a long cased list is any of its values',
    line: 'f|cased: [a, b, C, d]',
    yes: [f('C'), f(['x', 'd'])],
    no: [f('A'), f('c'), f(['x'])],
  },
  {
    name: 'all needs every value, in any element',
    line: 'f|contains|all: [a, b]',
    yes: [f('xaxbx'), f(['a', 'b'])],
    no: [f('a'), f(['a', 'c'])],
  },
  { name: 'all without comparison', line: 'f|all: [a, b]', yes: [f(['b', 'a'])], no: [f(['a']), f('a')] },
];

const wildcards: readonly Row[] = [
  {
    name: 'a star is any text',
    line: 'f: a*c',
    yes: [f('ac'), f('abbc'), f('a\nc')],
    no: [f('ab'), f('xac')],
  },
  {
    name: 'a question mark is one character',
    line: 'f: a?c',
    yes: [f('abc'), f('a😀c')],
    no: [f('ac'), f('abbc')],
  },
  {
    name: 'a lone star is any text there is',
    line: "f: '*'",
    yes: [f(''), f('x'), f(1)],
    no: [{}, f(null), f([])],
  },
  { name: 'an escaped star is a star', line: "f: '\\*'", yes: [f('*')], no: [f('x'), f('\\*'), f('')] },
  { name: 'an escaped question mark', line: "f: 'a\\?'", yes: [f('a?')], no: [f('ab')] },
  {
    name: 'backslashes before other letters stay',
    line: "f: 'C:\\Win\\x'",
    yes: [f('c:\\win\\X')],
    no: [f('c:winx')],
  },
  { name: 'two backslashes are one', line: "f: 'a\\\\b'", yes: [f('a\\b')], no: [f('a\\\\b')] },
  {
    name: 'an escaped backslash before a star',
    line: "f: 'a\\\\*'",
    yes: [f('a\\'), f('a\\b')],
    no: [f('a*'), f('ab')],
  },
  { name: 'both escaped', line: "f: 'a\\\\\\*'", yes: [f('a\\*')], no: [f('a\\b'), f('a*')] },
  { name: 'a backslash at the end', line: "f: 'a\\'", yes: [f('a\\')], no: [f('a')] },
  { name: 'wildcards inside contains', line: 'f|contains: a*b?c', yes: [f('xA--bXcx')], no: [f('xa-bcx')] },
  { name: 'wildcards inside startswith', line: 'f|startswith: a?c', yes: [f('abcd')], no: [f('xabc')] },
  { name: 'wildcards inside endswith', line: 'f|endswith: a*c', yes: [f('xabc')], no: [f('abcx')] },
  { name: 'cased wildcards', line: 'f|cased: A*c?d', yes: [f('Axcxd')], no: [f('axcxd')] },
  { name: 'a list of wildcards', line: 'f: [a*, "*z", "?"]', yes: [f('ab'), f('yz'), f('q')], no: [f('bc')] },
];

const special: readonly Row[] = [
  {
    name: 'null is absent or null',
    line: 'f: null',
    yes: [{}, f(null), f([1, null])],
    no: [f(''), f(0), f(false), f([])],
  },
  { name: 'nothing after the colon is null', line: 'f:', yes: [{}, f(null)], no: [f('')] },
  {
    name: 'the empty text is present and empty',
    line: "f: ''",
    yes: [f('')],
    no: [{}, f(null), f(' '), f([])],
  },
  {
    name: 'exists: true',
    line: 'f|exists: true',
    yes: [f(null), f(''), f([]), f({}), f(0)],
    no: [{}, { g: 1 }],
  },
  { name: 'exists: false', line: 'f|exists: false', yes: [{}], no: [f(null), f('')] },
  {
    name: 'gt',
    line: 'f|gt: 5',
    yes: [f(6), f('6'), f('5.5'), f([1, 9])],
    no: [f(5), f('x'), f(''), f(null), {}, f(true)],
  },
  { name: 'gte', line: 'f|gte: 5', yes: [f(5), f(6)], no: [f(4.9)] },
  {
    name: 'lt',
    line: 'f|lt: 5',
    yes: [f(4), f(-1), f('-1')],
    no: [f(5), f(null), {}, f(''), f('0x1'), f(' 1')],
  },
  { name: 'lte', line: 'f|lte: 5', yes: [f(5)], no: [f(5.1)] },
  { name: 're searches', line: "f|re: 'ad[a-z]+'", yes: [f('xadmin')], no: [f('xADmin'), f('ad1'), f(null)] },
  { name: 're|i', line: "f|re|i: 'ad[a-z]+'", yes: [f('xADMIN')], no: [f('ad1')] },
  { name: 're without m', line: "f|re: '^b$'", yes: [f('b')], no: [f('a\nb')] },
  { name: 're|m', line: "f|re|m: '^b$'", yes: [f('a\nb\nc')], no: [f('ab')] },
  { name: 're without s', line: "f|re: 'a.b'", yes: [f('axb')], no: [f('a\nb')] },
  { name: 're|s', line: "f|re|s: 'a.b'", yes: [f('a\nb')], no: [f('ab')] },
  { name: 're takes backslashes as they are', line: "f|re: '\\d\\*'", yes: [f('5*')], no: [f('55')] },
  { name: 're|all', line: "f|re|all: ['a+', 'b+']", yes: [f('ab')], no: [f('a')] },
  {
    name: 'cidr',
    line: 'f|cidr: 10.0.0.0/8',
    yes: [f('10.1.2.3'), f('::ffff:10.1.2.3'), f('10.1.2.3%eth0'), f(['8.8.8.8', '10.0.0.1'])],
    no: [f('11.0.0.1'), f('0x0a000001'), f('10.1'), f('10.0.0.0/8'), f('x'), f(10), f(null), {}],
  },
  {
    name: 'cidr of IPv6',
    line: 'f|cidr: 2001:db8::/32',
    yes: [f('2001:db8::1')],
    no: [f('2001:db9::1'), f('10.0.0.1')],
  },
  { name: 'cidr of one address', line: 'f|cidr: 10.0.0.7', yes: [f('10.0.0.7')], no: [f('10.0.0.8')] },
  {
    name: 'fieldref',
    line: 'f|fieldref: g',
    yes: [
      { f: 'a', g: 'A' },
      { f: 1, g: '1' },
      { f: ['x', 'a'], g: 'a' },
    ],
    no: [{ f: 'a', g: 'b' }, { f: 'a' }, { g: 'a' }, {}, { f: null, g: null }],
  },
  {
    name: 'fieldref|cased',
    line: 'f|fieldref|cased: g',
    yes: [{ f: 'a', g: 'a' }],
    no: [{ f: 'a', g: 'A' }],
  },
];

const paths: readonly Row[] = [
  {
    name: 'a dotted path',
    line: 'a.b: x',
    yes: [{ a: { b: 'x' } }],
    no: [{ a: 'x' }, { b: 'x' }, { a: null }, { a: { b: { x: 'x' } } }],
  },
  {
    name: 'the literal key first',
    line: 'a.b: x',
    yes: [{ 'a.b': 'x' }, { 'a.b': 'x', a: { b: 'y' } }],
    no: [{ 'a.b': 'y', a: { b: 'x' } }],
  },
  {
    name: 'a literal key below',
    line: 'a.b.c/d: x',
    yes: [{ a: { 'b.c/d': 'x' } }, { a: [{ 'b.c/d': 'x' }] }],
    no: [{ a: { 'b.c': 'x' } }],
  },
  {
    name: 'through a list any element',
    line: 'a.b: x',
    yes: [{ a: [{ b: 'y' }, { b: 'x' }] }, { a: [{ b: ['y', 'x'] }] }],
    no: [{ a: [{ b: 'y' }, 'x'] }, { a: [] }],
  },
  {
    name: 'inherited names are no fields',
    line: 'constructor.name|exists: true',
    yes: [{ constructor: { name: 1 } }],
    no: [{}, { constructor: 1 }, [], null, 'x', 7],
  },
];

const check = ({ line, yes, no }: Row) => {
  const { test } = fieldMatcher(line);
  for (const doc of yes) expect(test(jsonEvent(doc)), `${line} on ${JSON.stringify(doc)}`).toBe(true);
  for (const doc of no) expect(test(jsonEvent(doc)), `${line} on ${JSON.stringify(doc)}`).toBe(false);
};

describe('text', () => it.each(text)('$name', check));
describe('wildcards', () => it.each(wildcards)('$name', check));
describe('other comparisons', () => it.each(special)('$name', check));
describe('fields', () => it.each(paths)('$name', check));

describe('__proto__ as a key', () => {
  it('is an ordinary key of the document', () => {
    const { test } = fieldMatcher('__proto__.admin: true');
    expect(test(jsonEvent(JSON.parse('{"__proto__": {"admin": true}}')))).toBe(true);
    expect(test(jsonEvent({}))).toBe(false);
  });
});

describe('lists of the configuration', () => {
  const context = ruleContext({ names: ['system:node:*', 'Vault', 'a?b\\*'], none: [] });
  const matches = (line: string, value: unknown) => fieldMatcher(line, context).test(jsonEvent(f(value)));

  it.each([
    { name: 'a star stands for any text', value: 'system:node:worker-1', expected: true },
    { name: 'a plain name is equal', value: 'Vault', expected: true },
    { name: 'case counts with cased', value: 'vault', expected: false },
    { name: 'a question mark and a backslash are ordinary', value: 'a?b\\x', expected: true },
    { name: 'a question mark is not one character', value: 'axb\\x', expected: false },
  ])('$name', ({ value, expected }) => {
    expect(matches("f|expand|cased: '%names%'", value)).toBe(expected);
  });

  it('stand beside other values', () => {
    const { test } = fieldMatcher("f|expand: ['%names%', '%none%']", context);
    expect([test(jsonEvent(f('vault'))), test(jsonEvent(f('x')))]).toEqual([true, false]);
  });

  it('match nothing when they are empty, also with all', () => {
    expect(matches("f|expand: '%none%'", 'x')).toBe(false);
    expect(matches("f|contains|expand|all: ['%none%', '%none%']", 'x')).toBe(false);
  });
});

describe('detections', () => {
  const test = (yaml: string, doc: unknown, line?: string) => matcherOf(yaml).test(jsonEvent(doc, line));

  it('a map is all of its fields', () => {
    const yaml = 'selection: {a: 1, b: 2}\ncondition: selection';
    expect([test(yaml, { a: 1, b: 2 }), test(yaml, { a: 1 })]).toEqual([true, false]);
  });

  it('a list of maps is any of them', () => {
    const yaml = 'selection:\n  - {a: 1, b: 2}\n  - {c: 3}\ncondition: selection';
    expect([test(yaml, { c: 3 }), test(yaml, { a: 1, b: 2 }), test(yaml, { a: 1 })]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('keywords are searched in the raw line', () => {
    const yaml = "keywords: [pass*word, 'fail\\*', 42]\ncondition: keywords";
    expect(test(yaml, {}, 'x PASS my WORD')).toBe(true);
    expect(test(yaml, {}, 'fail*ed')).toBe(true);
    expect(test(yaml, {}, 'a421')).toBe(true);
    expect(test(yaml, {}, 'failed')).toBe(false);
  });

  it('keywords can be required all, or with case', () => {
    const yaml = "keywords:\n  '|all|cased': [Alpha, beta]\ncondition: keywords";
    expect([test(yaml, {}, 'beta Alpha'), test(yaml, {}, 'Alpha'), test(yaml, {}, 'alpha beta')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('not of a missing field is true', () => {
    const yaml = 'selection: {a: 1}\ncondition: not selection';
    expect([test(yaml, {}), test(yaml, { a: 1 })]).toEqual([true, false]);
  });

  it('fields that have the same name stay apart by their modifiers', () => {
    const yaml = 'selection:\n  a|startswith: x\n  a|endswith: y\ncondition: selection';
    expect([test(yaml, { a: 'xy' }), test(yaml, { a: 'xz' })]).toEqual([true, false]);
  });
});
