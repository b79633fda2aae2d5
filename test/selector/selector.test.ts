import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesLabels, parseSelector, passesFilters, type Selector } from '../../src/selector/selector.ts';

function selectorOf(text: string): Selector {
  const selector = parseSelector(text);
  if ('problem' in selector) throw new Error(selector.problem);
  return selector;
}

describe('a stream selector', () => {
  test.each([
    { name: 'equality', text: '{job="sshd"}', labels: { job: 'sshd' }, expected: true },
    { name: 'equality, another value', text: '{job="sshd"}', labels: { job: 'sshd-pve' }, expected: false },
    { name: 'equality, another case', text: '{job="sshd"}', labels: { job: 'SSHD' }, expected: false },
    { name: 'a missing label is not met', text: '{job="sshd"}', labels: {}, expected: false },
    { name: 'more labels do no harm', text: '{job="a"}', labels: { job: 'a', pod: 'x' }, expected: true },
    {
      name: 'two matchers, one met',
      text: '{job="a", pod="b"}',
      labels: { job: 'a', pod: 'c' },
      expected: false,
    },
    {
      name: 'two matchers, both met',
      text: '{job="a", pod="b"}',
      labels: { job: 'a', pod: 'b' },
      expected: true,
    },
    { name: 'inequality', text: '{job="a",pod!="b"}', labels: { job: 'a', pod: 'c' }, expected: true },
    { name: 'a missing label is unequal', text: '{job="a",pod!="b"}', labels: { job: 'a' }, expected: true },
    { name: 'a missing label equals empty', text: '{job="a",pod=""}', labels: { job: 'a' }, expected: true },
    {
      name: 'a regex is anchored at both ends',
      text: '{job=~"ssh"}',
      labels: { job: 'sshd' },
      expected: false,
    },
    {
      name: 'a regex with alternatives is anchored as a whole',
      text: '{job=~"a|b"}',
      labels: { job: 'ab' },
      expected: false,
    },
    { name: 'a regex', text: '{job=~"sshd.*"}', labels: { job: 'sshd-pve' }, expected: true },
    { name: 'a dot matches a line feed', text: '{job=~"a.b"}', labels: { job: 'a\nb' }, expected: true },
    {
      name: 'a negative regex',
      text: '{job="a",pod!~"b.*"}',
      labels: { job: 'a', pod: 'bc' },
      expected: false,
    },
    { name: 'case only when asked', text: '{job=~"(?i)SSHD"}', labels: { job: 'sshd' }, expected: true },
    { name: 'back-ticks', text: '{job=~`a\\.b`}', labels: { job: 'a.b' }, expected: true },
    { name: 'an escaped backslash', text: '{job=~"a\\\\.b"}', labels: { job: 'axb' }, expected: false },
    { name: 'escapes', text: '{job="a\\"\\u00e9\\n"}', labels: { job: 'a"é\n' }, expected: true },
    { name: 'a brace inside a value', text: '{job="}"}', labels: { job: '}' }, expected: true },
    { name: 'blanks', text: ' { job = "a" , pod =~ "b" } ', labels: { job: 'a', pod: 'b' }, expected: true },
    {
      name: 'what every object inherits is no label',
      text: '{job="a",constructor=""}',
      labels: { job: 'a' },
      expected: true,
    },
  ])('$name: $text', ({ text, labels, expected }) => {
    expect(matchesLabels(selectorOf(text), labels)).toBe(expected);
  });
});

describe('line filters', () => {
  test.each([
    { text: '{a="b"} |~ "calico-packet"', line: 'kernel: calico-packet: IN=', expected: true },
    { text: '{a="b"} |~ "calico-packet"', line: 'kernel: something', expected: false },
    { text: '{a="b"} |= "x" != "y"', line: 'x', expected: true },
    { text: '{a="b"} |= "x" != "y"', line: 'xy', expected: false },
    { text: '{a="b"} |= "x" or "y"', line: 'y', expected: true },
    { text: '{a="b"} !~ "x|y"', line: 'ay', expected: false },
    { text: '{a="b"} |= "(" | json | c="d"', line: '(', expected: true },
    { text: '{a="b"}', line: 'anything', expected: true },
  ])('$text on $line', ({ text, line, expected }) => {
    expect(passesFilters(selectorOf(text), line)).toBe(expected);
  });

  test('with addresses are left to Loki', () => {
    expect(selectorOf('{a="b"} |= "c" != ip("192.0.2.1")').filters).toHaveLength(1);
    const either = selectorOf('{a="b"} |= "c" |= "d" or ip("192.0.2.1")');
    expect(either.filters.map(({ values }) => values)).toEqual([['c']]);
    expect(either.pipeline).toBe('or ip("192.0.2.1")');
  });

  test('end where the pipeline begins', () => {
    const selector = selectorOf('{a="b"} |= "c" | json | d="}" != "e"');
    expect(selector.filters.map(({ operator }) => operator)).toEqual(['|=']);
    expect(selector.pipeline).toBe('| json | d="}" != "e"');
  });
});

test('no text makes the parser throw', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    'a',
    '=',
    '=~',
    '!~',
    '!=',
    '"',
    '`',
    '\\',
    ',',
    '|=',
    '|',
    ' ',
    '(',
    '*',
    'or',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 20 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (given) => {
      const selector = parseSelector(given);
      if ('problem' in selector) expect(selector.problem).toContain('valid:');
      else expect(selector.text).toBe(given);
    }),
    { numRuns: 2000 },
  );
});

test('a quoted value is read back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const selector = selectorOf(`{z="x",a=${JSON.stringify(value)}}`);
      expect(matchesLabels(selector, { z: 'x', a: value })).toBe(true);
    }),
  );
});
