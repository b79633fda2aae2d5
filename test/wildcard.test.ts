import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileWildcard, type WildcardPart } from '../src/wildcard.ts';

const part: fc.Arbitrary<WildcardPart> = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', 'ba', '😀', '\n').map((literal) => ({ literal })),
  fc.constantFrom({ any: 'one' as const }, { any: 'many' as const }),
);

const toRegex = (parts: readonly WildcardPart[]): RegExp =>
  new RegExp(
    `^${parts.map((each) => ('literal' in each ? each.literal : each.any === 'one' ? '.' : '.*')).join('')}$`,
    'su',
  );

describe('wildcards', () => {
  it('match what the same regular expression matches', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '😀', '\n')).map((units) => units.join(''));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), text, (parts, value) => {
        expect(compileWildcard(parts)(value)).toBe(toRegex(parts).test(value));
      }),
      { numRuns: 5000 },
    );
  });

  it('take linear time where a backtracking engine would not end', () => {
    const parts = Array.from({ length: 40 }, () => [{ any: 'many' as const }, { literal: 'a' }]).flat();
    expect(compileWildcard([...parts, { literal: 'b' }])('a'.repeat(300_000))).toBe(false);
    expect(compileWildcard([...parts, { any: 'many' }])('a'.repeat(300_000))).toBe(true);
  });
});
