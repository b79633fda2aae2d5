import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../../src/engine/trace.ts';
import { type Obstacle, obstacles, testsOf } from '../../src/explain/distance.ts';

const leaf = (line: number, matched: boolean): Trace => ({
  kind: 'keywords',
  line,
  matched,
  by: [],
  wanted: [],
});

let next = 0;
const trace: fc.Arbitrary<Trace> = fc.letrec<{ node: Trace }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.boolean().map((matched) => leaf(next++, matched)),
    tie('node').map((of): Trace => ({ kind: 'not', matched: !of.matched, of })),
    fc
      .array(tie('node'), { minLength: 1, maxLength: 3 })
      .map((of): Trace => ({ kind: 'and', matched: of.every((each) => each.matched), of })),
    fc
      .array(tie('node'), { minLength: 1, maxLength: 3 })
      .map((of): Trace => ({ kind: 'or', matched: of.some((each) => each.matched), of })),
  ),
})).node;

const evaluate = (node: Trace, flipped: ReadonlySet<Obstacle>): boolean => {
  switch (node.kind) {
    case 'and':
      return node.of.every((each) => evaluate(each, flipped));
    case 'or':
      return node.of.some((each) => evaluate(each, flipped));
    case 'not':
      return !evaluate(node.of, flipped);
    case 'selection':
      return evaluate(node.of, flipped);
    default:
      return node.matched !== flipped.has(node);
  }
};

const subsetsUpTo = (items: readonly Obstacle[], size: number): readonly (readonly Obstacle[])[] => {
  const [first, ...rest] = items;
  if (first === undefined || size < 0) return size < 0 ? [] : [[]];
  return [...subsetsUpTo(rest, size), ...subsetsUpTo(rest, size - 1).map((set) => [first, ...set])];
};

describe('obstacles', () => {
  it('are enough to turn the condition round, and no smaller set is', () => {
    fc.assert(
      fc.property(
        trace.filter((node) => testsOf(node).length <= 9),
        (node) => {
          const found = obstacles(node, !node.matched);
          expect(evaluate(node, new Set(found))).toBe(!node.matched);
          const smaller = subsetsUpTo(testsOf(node), found.length - 1);
          expect(smaller.some((set) => evaluate(node, new Set(set)) !== node.matched)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are none where the condition is as wanted', () => {
    expect(obstacles(leaf(1, true), true)).toEqual([]);
  });
});
