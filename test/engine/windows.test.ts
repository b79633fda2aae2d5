import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Counted, createWindows } from '../../src/engine/windows.ts';
import { SECOND } from '../../src/event.ts';

const entry = (seconds: number, sequence: number, value?: string): Counted => ({
  at: seconds * SECOND,
  sequence,
  value,
});

const windowsOf = (threshold: number, options: { lateness?: number; maxKeys?: number } = {}) =>
  createWindows<Counted>({
    timespan: 60 * SECOND,
    lateness: (options.lateness ?? 0) * SECOND,
    exceeds: (count) => count > threshold,
    maxKeys: options.maxKeys ?? 1000,
  });

/** Times at which a window is completed. */
const crossings = (threshold: number, times: readonly number[], lateness = 0): readonly number[] => {
  const windows = windowsOf(threshold, { lateness });
  return times.flatMap((time, sequence) =>
    windows
      .add('key', entry(time, sequence))
      .slice(-1)
      .map(({ at }) => at / SECOND),
  );
};

describe('windows', () => {
  it.each([
    { name: 'five within the span are not more than five', times: [0, 1, 2, 3, 4], at: [] },
    { name: 'the sixth completes the window', times: [0, 1, 2, 3, 4, 5], at: [5] },
    { name: 'twelve are two findings', times: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], at: [5, 11] },
    { name: 'an event exactly one span old is outside', times: [0, 10, 20, 30, 40, 60], at: [] },
    {
      name: 'an event a moment younger than the span is inside',
      times: [0.000001, 10, 20, 30, 40, 60],
      at: [60],
    },
    { name: 'old events slide out', times: [0, 50, 100, 150, 200, 250, 300], at: [] },
    { name: 'equal times are counted one by one', times: [7, 7, 7, 7, 7, 7], at: [7] },
  ])('$name', ({ times, at }) => {
    expect(crossings(5, times)).toEqual(at);
  });

  it('puts a late event in its place, where it can complete a window that ends later', () => {
    expect(crossings(5, [0, 1, 2, 4, 5, 3], 600)).toEqual([5]);
  });

  it('does not count a late event twice', () => {
    expect(crossings(5, [0, 1, 2, 4, 5, 3, 6, 7, 8, 9, 10], 600)).toEqual([5]);
  });

  it('keeps keys apart', () => {
    const windows = windowsOf(1);
    expect(windows.add('a', entry(0, 0))).toEqual([]);
    expect(windows.add('b', entry(0, 1))).toEqual([]);
    expect(windows.add('a', entry(1, 2))).toHaveLength(2);
  });

  it('counts distinct values when entries have one', () => {
    const windows = windowsOf(2);
    const values = ['x', 'x', 'y', 'y', 'x', 'z'];
    const completed = values.map((value, at) => windows.add('key', entry(at, at, value)).length);
    expect(completed).toEqual([0, 0, 0, 0, 0, 3]);
  });

  it('forgets idle keys and says how many it had to drop', () => {
    const windows = windowsOf(5, { maxKeys: 10 });
    for (let key = 0; key < 15; key++) windows.add(`key${key}`, entry(0, key));
    expect([windows.keys, windows.evicted]).toEqual([10, 5]);
    windows.expire(61 * SECOND);
    expect(windows.keys).toBe(0);
  });

  it('finds in any order within the lateness as many windows as in time order', () => {
    const times = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 });
    fc.assert(
      fc.property(times, fc.nat(1000), (given, seed) => {
        const shuffled = given
          .map((time, at) => ({ time, rank: (at * 7919 + seed * 104729) % 1009 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ time }) => time);
        const sorted = [...given].sort((a, b) => a - b);
        expect(crossings(5, shuffled, 600)).toHaveLength(crossings(5, sorted).length);
      }),
    );
  });

  it('agrees with counting by hand on sorted times', () => {
    const times = fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 6 }), (given, threshold) => {
        const sorted = [...given].sort((a, b) => a - b);
        const expected: number[] = [];
        let fresh: number[] = [];
        for (const time of sorted) {
          fresh = [...fresh, time].filter((other) => other > time - 60);
          if (fresh.length > threshold) {
            expected.push(time);
            fresh = [];
          }
        }
        expect(crossings(threshold, sorted)).toEqual(expected);
      }),
    );
  });
});
