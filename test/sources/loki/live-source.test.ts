import { describe, expect, test } from 'vitest';
import type { LiveEvent } from '../../../src/sources/live.ts';
import { LokiError } from '../../../src/sources/loki/error.ts';
import type { LokiLine } from '../../../src/sources/loki/line.ts';
import { lokiSource } from '../../../src/sources/loki/live-source.ts';
import { nanosOfMillis } from '../../../src/sources/loki/nanos.ts';
import { isRejected } from '../../../src/sources/source.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';
import { createFakeLoki, type FakeLoki } from './fake-loki.ts';

interface Run {
  readonly events: LiveEvent[];
  readonly ended: () => boolean;
  readonly stop: AbortController;
}

const follow = (loki: FakeLoki, clock: VirtualClock, cursor?: string): Run => {
  const stop = new AbortController();
  const events: LiveEvent[] = [];
  let ended = false;
  const options = { name: 'audit', selector: '{job="x"}', loki, tail: undefined, clock };
  const times = {
    pollMs: 2_000,
    overlapMs: 10_000,
    latenessMs: 600_000,
    sweepMs: 60_000,
    lookBackMs: 60_000,
  };
  lokiSource({ ...options, ...times })
    .follow(cursor, stop.signal)
    .subscribe({ next: (event) => events.push(event), complete: () => (ended = true) });
  return { events, ended: () => ended, stop };
};

const at = (clock: VirtualClock, ageMs: number, text: string): LokiLine => ({
  ns: nanosOfMillis(clock.now() - ageMs),
  labels: { host: 'a' },
  text,
});
const textsOf = ({ events }: Run, origin?: string): readonly string[] =>
  events.flatMap((event) => {
    if (event.type !== 'lines' || (origin !== undefined && event.origin !== origin)) return [];
    return event.items.flatMap((item) => (isRejected(item) ? [] : [item.text]));
  });
const lastCursor = ({ events }: Run): string =>
  events.reduce((cursor, event) => (event.type === 'checkpoint' ? event.cursor : cursor), '');

describe('a stream of Loki as a source of run', () => {
  test('begins with fresh lines, reads beside them what may still be late, and names lines by their source', async () => {
    const clock = createVirtualClock();
    const loki = createFakeLoki();
    loki.store([at(clock, 700_000, 'before'), at(clock, 500_000, 'in time'), at(clock, 1_000, 'now')]);
    const run = follow(loki, clock);
    await clock.advance(30_000);
    run.stop.abort();
    expect(textsOf(run, 'live')).toEqual(['now']);
    expect(textsOf(run, 'backfill')).toEqual(['in time']);
    expect(textsOf(run)).toHaveLength(2);
    const [, first] = run.events;
    expect(first).toMatchObject({ items: [{ file: 'loki:audit', number: 1, labels: { host: 'a' } }] });
  });

  test('goes on from its cursor, and reads a window before it again for the counts', async () => {
    const clock = createVirtualClock();
    const loki = createFakeLoki();
    loki.store([at(clock, 5_000, 'first')]);
    const first = follow(loki, clock);
    await clock.advance(60_000);
    first.stop.abort();
    expect(first.ended()).toBe(true);
    loki.store([at(clock, 1_000, 'meanwhile')]);
    await clock.advance(20_000);
    const second = follow(loki, clock, lastCursor(first));
    await clock.advance(30_000);
    second.stop.abort();
    expect(textsOf(second, 'live')).toEqual(['meanwhile']);
    expect(textsOf(second, 'backfill')).toEqual(['first']);
  });

  test('tells of trouble with its reason', async () => {
    const clock = createVirtualClock();
    const loki = createFakeLoki();
    loki.mood = () => new LokiError('unauthorized', 'Loki answered 401: no org id');
    const run = follow(loki, clock);
    await clock.advance(1_000);
    run.stop.abort();
    expect(run.events[0]).toMatchObject({
      type: 'trouble',
      part: 'poll',
      reason: 'Loki answered 401: no org id',
    });
  });
});
