import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBoundedCache } from '../src/bounded-cache.ts';

test('never gives a wrong value, and has the newest keys', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 300 }), (keys) => {
      const cache = createBoundedCache<number, string>(8);
      const newest: number[] = [];
      for (const key of keys) {
        expect([undefined, `${key}`]).toContain(cache.get(key));
        cache.set(key, `${key}`);
        newest.unshift(key);
        for (const recent of new Set(newest.slice(0, 4))) expect(cache.get(recent)).toBe(`${recent}`);
      }
    }),
  );
});

test('forgets old keys', () => {
  const cache = createBoundedCache<number, number>(100);
  for (let key = 0; key < 10_000; key++) cache.set(key, key);
  let known = 0;
  for (let key = 0; key < 10_000; key++) if (cache.get(key) !== undefined) known++;
  expect(known).toBeGreaterThanOrEqual(100);
  expect(known).toBeLessThanOrEqual(300);
});
