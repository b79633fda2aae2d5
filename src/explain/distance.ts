import type { FieldTrace, KeywordTrace, Trace } from '../engine/trace.ts';

/** A test that would have to go the other way. */
export type Obstacle = FieldTrace | KeywordTrace;

/**
 * The fewest tests that would have to go the other way for the whole to be `wanted`. Empty when it is so already.
 * Of equally small sets the first in the order of the rule. One value may decide several tests, so that it is what a
 * reader of the rule has to look at, not a proof.
 */
export const obstacles = (trace: Trace, wanted: boolean): readonly Obstacle[] => {
  if (trace.matched === wanted) return [];
  switch (trace.kind) {
    case 'field':
    case 'keywords':
      return [trace];
    case 'not':
      return obstacles(trace.of, !wanted);
    case 'selection':
      return obstacles(trace.of, wanted);
    case 'and':
    case 'or': {
      const parts = trace.of.map((part) => obstacles(part, wanted));
      const every = (trace.kind === 'and') === wanted;
      return every ? parts.flat() : (fewest(parts) ?? []);
    }
  }
};

const fewest = (sets: readonly (readonly Obstacle[])[]): readonly Obstacle[] | undefined =>
  sets.reduce<readonly Obstacle[] | undefined>(
    (best, set) => (best === undefined || set.length < best.length ? set : best),
    undefined,
  );

/** Every test of the tree, in the order of the rule. */
export const testsOf = (trace: Trace): readonly Obstacle[] => {
  switch (trace.kind) {
    case 'field':
    case 'keywords':
      return [trace];
    case 'not':
    case 'selection':
      return testsOf(trace.of);
    case 'and':
    case 'or':
      return trace.of.flatMap(testsOf);
  }
};
