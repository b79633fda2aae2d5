import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import type { Line } from '../../../src/event.ts';
import { LokiError } from '../../../src/sources/loki/error.ts';
import { lokiRangeSource } from '../../../src/sources/loki/range.ts';
import { isRejected } from '../../../src/sources/source.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { createFakeLoki, type FakeLoki, type Mood } from './fake-loki.ts';

const { signal } = new AbortController();

const collect = async (loki: FakeLoki): Promise<readonly Line[]> => {
  const clock = createVirtualClock();
  const source = lokiRangeSource({
    loki,
    clock,
    name: 'audit',
    selector: '{job="x"}',
    range: { from: 0n, to: 1_000_000_000n },
    onOverflow: () => {},
  });
  const lines: Line[] = [];
  const reading = (async () => {
    for await (const batch of source.batches(signal))
      for (const item of batch) if (!isRejected(item)) lines.push(item);
    return lines;
  })();
  reading.catch(() => {}); // looked at below, after the time has passed
  await clock.advance(120_000);
  return reading;
};

const moods = (...list: readonly Mood[]): (() => Mood) => {
  const left = [...list];
  return () => left.shift() ?? 'well';
};

describe('a range of Loki as a source', () => {
  test('gives lines with their labels, their time to the microsecond and the name of the source', async () => {
    const loki = createFakeLoki();
    loki.store([
      { ns: 2_999n, labels: { host: 'a' }, text: 'two' },
      { ns: 1_000n, labels: { host: 'b' }, text: 'one' },
    ]);
    expect(await collect(loki)).toMatchObject([
      { text: 'one', file: 'loki:audit', number: 1, labels: { host: 'b' }, time: 1 },
      { text: 'two', file: 'loki:audit', number: 2, labels: { host: 'a' }, time: 2 },
    ]);
  });

  test('is patient with what passes by itself', async () => {
    const loki = createFakeLoki();
    loki.store([{ ns: 1_000n, labels: {}, text: 'one' }]);
    loki.mood = moods(
      new LokiError('unavailable', 'down'),
      new LokiError('overloaded', 'too many outstanding requests'),
    );
    expect(await collect(loki)).toHaveLength(1);
  });

  test.each([
    {
      name: 'a query that Loki refuses',
      error: new LokiError('refused', 'Loki answered 400: parse error'),
      requests: 1,
    },
    {
      name: 'a Loki that stays down',
      error: new LokiError('unavailable', 'Loki gave no answer'),
      requests: 6,
    },
  ])('names the source and the reason after $name', async ({ error, requests }) => {
    const loki = createFakeLoki();
    loki.mood = () => error;
    await expect(collect(loki)).rejects.toThrow(
      new InputError(`audit: cannot be read from Loki: ${error.message}`),
    );
    expect(loki.requests).toBe(requests);
  });
});
