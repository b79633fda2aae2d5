import { describe, expect, test } from 'vitest';
import { createBudget } from '../../../src/sources/loki/budget.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const { signal } = new AbortController();

describe('the query budget', () => {
  test('lets no more queries in than it may, and live ones before background ones', async () => {
    const budget = createBudget(
      { concurrency: 2, perMinute: 600, backgroundBytesPerSecond: 1e9 },
      createVirtualClock(),
    );
    const order: string[] = [];
    const leaveFirst = await budget.enter('live', signal);
    const leaveSecond = await budget.enter('live', signal);
    const background = budget.enter('background', signal).then((leave) => {
      order.push('background');
      return leave;
    });
    await new Promise((later) => setImmediate(later));
    const live = budget.enter('live', signal).then((leave) => {
      order.push('live');
      return leave;
    });
    await new Promise((later) => setImmediate(later));
    expect(order).toEqual([]);
    leaveFirst(0);
    leaveFirst(0);
    (await live)(0);
    leaveSecond(0);
    (await background)(0);
    expect(order).toEqual(['live', 'background']);
  });

  test('makes background queries pay for the bytes of the ones before, and live ones not', async () => {
    const clock = createVirtualClock();
    const budget = createBudget({ concurrency: 9, perMinute: 600, backgroundBytesPerSecond: 1_000 }, clock);
    const start = clock.now();
    (await budget.enter('live', signal))(1e9);
    (await budget.enter('background', signal))(3_000);
    (await budget.enter('live', signal))(0);
    const waiting = budget.enter('background', signal).then(() => clock.now() - start);
    await clock.advance(10_000);
    expect(await waiting).toBe(3_000);
  });

  test.each([
    { lane: 'live', atOnce: 6 },
    { lane: 'background', atOnce: 3 },
  ] as const)('lets in so many $lane queries a minute, and a few at once', async ({ lane, atOnce }) => {
    const clock = createVirtualClock();
    const budget = createBudget({ concurrency: 9, perMinute: 60, backgroundBytesPerSecond: 1e9 }, clock);
    const times: number[] = [];
    const start = clock.now();
    const asking = (async () => {
      for (let query = 0; query < 66; query += 1) {
        (await budget.enter(lane, signal))(0);
        times.push(clock.now() - start);
      }
    })();
    await clock.advance(120_000);
    await asking;
    expect(times.filter((time) => time === 0)).toHaveLength(atOnce);
    expect(times.filter((time) => time <= 60_000).length).toBeLessThanOrEqual(60 + atOnce);
    expect(times).toHaveLength(66);
  });

  test('holds everybody back after an overload, longer each time in a row', async () => {
    const clock = createVirtualClock();
    const budget = createBudget({ concurrency: 9, perMinute: 600, backgroundBytesPerSecond: 1e9 }, clock);
    const wait = async (): Promise<number> => {
      const start = clock.now();
      const entered = budget.enter('live', signal).then((leave) => {
        leave(0);
        return clock.now() - start;
      });
      await clock.advance(60_000);
      return entered;
    };
    budget.overloaded();
    const first = await wait();
    budget.overloaded();
    const second = await wait();
    expect(first).toBeGreaterThan(0);
    expect(second).toBe(2 * first);
    budget.wellServed();
    expect(await wait()).toBe(0);
  });

  test('gives the place of someone who stopped waiting to the next', async () => {
    const budget = createBudget(
      { concurrency: 1, perMinute: 600, backgroundBytesPerSecond: 1e9 },
      createVirtualClock(),
    );
    const leave = await budget.enter('live', signal);
    const stop = new AbortController();
    const given = budget.enter('live', stop.signal);
    const next = budget.enter('live', signal);
    await new Promise((later) => setImmediate(later));
    stop.abort(new Error('stopped'));
    await expect(given).rejects.toThrow('stopped');
    leave(0);
    (await next)(0);
    (await budget.enter('live', signal))(0);
  });
});
