import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeen } from '../../../../src/sources/loki/follow/seen.ts';
import type { LokiLine } from '../../../../src/sources/loki/line.ts';
import { identityOf } from '../../../../src/sources/loki/line.ts';
import { secondOf } from '../../../../src/sources/loki/nanos.ts';

const line = (second: number, text: string, labels = {}): LokiLine => ({
  ns: BigInt(second) * 1_000_000_000n,
  labels,
  text,
});

describe('lines that have been seen', () => {
  test('are new once, whichever way they come, and differ by any of time, labels and text', () => {
    const arbitraryLine = fc.record({
      ns: fc.bigInt({ min: 0n, max: 5_000_000_000n }),
      labels: fc.constantFrom({}, { a: '1' }, { a: '1', b: '2' }),
      text: fc.constantFrom('', 'x', 'y'),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(arbitraryLine, fc.constantFrom('query', 'tail')), { maxLength: 300 }),
        (notes) => {
          const seen = createSeen();
          const known = new Set<string>();
          for (const [each, via] of notes) {
            expect(seen.note(each, via as 'query' | 'tail')).toBe(!known.has(identityOf(each)));
            known.add(identityOf(each));
          }
        },
      ),
    );
  });

  test('are the same whatever the order of their labels', () => {
    const seen = createSeen();
    seen.note(line(5, 'x', { a: '1', b: '2' }), 'tail');
    expect(seen.note(line(5, 'x', { b: '2', a: '1' }), 'query')).toBe(false);
  });

  test('count for agreement with Loki only when a query brought them, and once', () => {
    const seen = createSeen();
    seen.note(line(5, 'told by the tail'), 'tail');
    expect(seen.agrees(5, 0)).toBe(true);
    expect(seen.agrees(5, 1)).toBe(false);
    seen.note(line(5, 'told by the tail'), 'query');
    seen.note(line(5, 'told by the tail'), 'query');
    expect(seen.agrees(5, 1)).toBe(true);
    expect(seen.takeChanges()).toEqual([{ second: 5, lines: 1 }]);
    expect(seen.takeChanges()).toEqual([]);
  });

  test('a count that stays wrong after the whole second was read is taken as it is, until it changes', () => {
    const seen = createSeen();
    seen.note(line(5, 'stored twice'), 'query');
    expect(seen.agrees(5, 2)).toBe(false);
    seen.settle(5, 2);
    expect(seen.agrees(5, 2)).toBe(true);
    expect(seen.agrees(5, 1)).toBe(false);
    expect(seen.agrees(5, 3)).toBe(false);
  });

  test('of an earlier run are known by number, until the second is read again', () => {
    const seen = createSeen();
    seen.restore([{ second: 5, lines: 2 }]);
    expect(seen.agrees(5, 2)).toBe(true);
    expect(seen.agrees(5, 3)).toBe(false);
    expect(seen.reread(5)).toBe(true);
    for (const text of ['a', 'b', 'late']) expect(seen.note(line(5, text), 'query')).toBe(true);
    expect(seen.agrees(5, 3)).toBe(true);
    expect(seen.reread(5)).toBe(false);
    expect(seen.takeChanges()).toEqual([{ second: 5, lines: 3 }]);
  });

  test('lose their fingerprints, not their number, when there is no room, the oldest first', () => {
    const seen = createSeen(64);
    for (let second = 1; second <= 20; second += 1) {
      for (let index = 0; index < 6; index += 1) seen.note(line(second, `${index}`), 'query');
    }
    expect(seen.evicted()).toBeGreaterThan(10);
    for (let second = 1; second <= 20; second += 1) expect(seen.agrees(second, 6)).toBe(true);
    expect(seen.note(line(20, '0'), 'query')).toBe(false);
    expect(seen.reread(1)).toBe(true);
    expect(seen.note(line(1, '0'), 'query')).toBe(true);
  });

  test('are forgotten by age', () => {
    const seen = createSeen();
    seen.note(line(5, 'old'), 'query');
    seen.note(line(6, 'young'), 'query');
    seen.forgetBefore(6);
    expect(seen.note(line(6, 'young'), 'query')).toBe(false);
    expect(seen.note(line(5, 'old'), 'query')).toBe(true);
  });

  test.each([
    { name: 'a whole second belongs to the second that it ends', ns: 5_000_000_000n, second: 5 },
    { name: 'a nanosecond later is the next', ns: 5_000_000_001n, second: 6 },
    { name: 'a nanosecond before is the same', ns: 4_999_999_999n, second: 5 },
  ])('$name', ({ ns, second }) => {
    expect(secondOf(ns)).toBe(second);
  });
});
