import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../src/engine/compile.ts';
import { pathReader } from '../../src/engine/path-reader.ts';
import { parseCondition } from '../../src/rules/condition.ts';
import { createReport } from '../../src/rules/report.ts';
import type { Condition } from '../../src/rules/rule.ts';
import { jsonEvent } from '../support/events.ts';

const NAMES = ['sel_a', 'sel_b', 'filter', '_helper'] as const;

const identifiers = new Map<string, Condition>(
  NAMES.map((name) => [
    name,
    {
      kind: 'field',
      field: name,
      all: false,
      values: [{ op: 'equals', value: 'true', cased: true }],
      line: 1,
    },
  ]),
);

type Truth = Readonly<Record<(typeof NAMES)[number], boolean>>;

const parse = (condition: string) => {
  const report = createReport();
  const text = {
    kind: 'scalar' as const,
    value: condition,
    place: { file: 'x', line: 1, column: 1 },
    textColumn: 1,
  };
  const parsed = parseCondition(text, identifiers, report);
  return { parsed, messages: report.mistakes.map(({ place, message }) => `${place.column}: ${message}`) };
};

const evaluate = (condition: string, truth: Truth): boolean => {
  const { parsed, messages } = parse(condition);
  if (parsed === undefined || messages.length > 0) throw new Error(messages.join('; '));
  return compileCondition(parsed.condition, pathReader).test(jsonEvent(truth));
};

/** An expression with its own truth, written with as few or as many brackets and blanks as chance wills. */
interface Expression {
  readonly text: string;
  /** 0: operand, 1: not, 2: and, 3: or. */
  readonly rank: number;
  readonly holds: (truth: Truth) => boolean;
}

const operand = (text: string, holds: Expression['holds']): Expression => ({ text, rank: 0, holds });

const operands: readonly Expression[] = [
  ...NAMES.map((name) => operand(name, (truth) => truth[name])),
  operand('1 of them', (t) => t.sel_a || t.sel_b || t.filter),
  operand('any of sel_*', (t) => t.sel_a || t.sel_b),
  operand('all of them', (t) => t.sel_a && t.sel_b && t.filter),
  operand('all of sel_*', (t) => t.sel_a && t.sel_b),
  operand('1 of *_*', (t) => t.sel_a || t.sel_b),
  operand('1 of _*', (t) => t._helper),
  operand('all of filter', (t) => t.filter),
];

const bracketed = (part: Expression, most: number): string =>
  part.rank > most ? `( ${part.text})` : part.text;

const expression: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(...operands),
    tie('node').map((part) => ({
      text: `not ${bracketed(part, 1)}`,
      rank: 1,
      holds: (truth: Truth) => !part.holds(truth),
    })),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({
      text: `${bracketed(a, 2)}  and ${bracketed(b, 1)}`,
      rank: 2,
      holds: (truth: Truth) => a.holds(truth) && b.holds(truth),
    })),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({
      text: `${bracketed(a, 3)} or\n ${bracketed(b, 2)}`,
      rank: 3,
      holds: (truth: Truth) => a.holds(truth) || b.holds(truth),
    })),
    tie('node').map((part) => ({ ...part, text: `(${part.text})`, rank: 0 })),
  ),
})).node;

const truths: fc.Arbitrary<Truth> = fc.record({
  sel_a: fc.boolean(),
  sel_b: fc.boolean(),
  filter: fc.boolean(),
  _helper: fc.boolean(),
});

describe('conditions', () => {
  it('mean what a naive evaluation of the same expression says', () => {
    fc.assert(
      fc.property(expression, truths, ({ text, holds }, truth) => {
        expect(evaluate(text, truth)).toBe(holds(truth));
      }),
      { numRuns: 1000 },
    );
  });

  it('answer any text with a result or with mistakes, and never throw', () => {
    const word = fc.constantFrom(
      'and',
      'or',
      'not',
      '1',
      'of',
      'them',
      'sel_*',
      'sel_a',
      '(',
      ')',
      '|',
      'x',
      '*',
    );
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join(' ')),
        (text) => {
          const { parsed, messages } = parse(text);
          expect(parsed === undefined && messages.length === 0).toBe(false);
          expect(messages.length, 'one syntax mistake, or one for each word').toBeLessThanOrEqual(
            text.length + 1,
          );
        },
      ),
    );
  });

  it.each([
    {
      name: 'and binds closer than or',
      text: 'sel_a or sel_b and filter',
      truth: [true, false, false],
      expected: true,
    },
    {
      name: 'not binds closer than and',
      text: 'not sel_a and sel_b',
      truth: [false, false, false],
      expected: false,
    },
    { name: 'not may repeat', text: 'not not sel_a', truth: [true, false, false], expected: true },
    { name: 'not goes with x of', text: 'not 1 of sel_*', truth: [false, false, true], expected: true },
    {
      name: 'brackets without blanks',
      text: '(sel_a)and(sel_b)',
      truth: [true, true, false],
      expected: true,
    },
  ])('$name', ({ text, truth: [sel_a = false, sel_b = false, filter = false], expected }) => {
    expect(evaluate(text, { sel_a, sel_b, filter, _helper: false })).toBe(expected);
  });

  it.each([
    {
      name: 'an empty pattern',
      text: '1 of',
      message: '5: `1 of` needs `them` or a pattern such as `selection_*`',
    },
    {
      name: 'a number of',
      text: '3 of them',
      message: '1: `3 of` is not in the profile; valid: 1 of, any of, all of',
    },
    {
      name: 'two operators',
      text: 'sel_a and or sel_b',
      message: '11: an identifier is expected before `or`',
    },
    {
      name: 'an upper-case NOT',
      text: 'NOT sel_a',
      message: '1: the detection has no identifier `NOT`: write `not`',
    },
    { name: 'nothing in brackets', text: '()', message: '2: an identifier is expected before `)`' },
  ])('$name is answered where it stands', ({ text, message }) => {
    expect(parse(text).messages[0]).toBe(message);
  });

  it('refuse to be nested without end', () => {
    expect(parse(`${'not '.repeat(5000)}sel_a`).messages[0]).toMatch(/more than 2000 words/);
    expect(parse(`${'('.repeat(900)}sel_a${')'.repeat(900)}`).messages[0]).toMatch(
      /nested more than 100 deep/,
    );
  });
});
