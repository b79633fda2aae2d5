import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LokiError } from '../../../../src/sources/loki/error.ts';
import type { FollowEvent } from '../../../../src/sources/loki/follow/event.ts';
import { followLoki } from '../../../../src/sources/loki/follow/follow.ts';
import { type Resumption, resumeAfter, startAt } from '../../../../src/sources/loki/follow/resumption.ts';
import type { SecondCount } from '../../../../src/sources/loki/follow/seen.ts';
import { identityOf, type LokiLine } from '../../../../src/sources/loki/line.ts';
import { nanosOfMillis, type TimeRange } from '../../../../src/sources/loki/nanos.ts';
import { createVirtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';
import { createFakeLoki, type FakeLoki, type Mood } from '../fake-loki.ts';

const minute = 60_000;
const latenessMs = 20 * minute;
const overlapMs = 30_000;

/** A line that comes to Loki at `at` (milliseconds after the start) with a stamp `lag` earlier. */
interface Write {
  readonly at: number;
  readonly lag: number;
  readonly host: string;
  readonly text: string;
}

interface World {
  readonly clock: VirtualClock;
  readonly loki: FakeLoki;
  readonly start: number;
  /** Lets time pass to `at`; lines come to Loki meanwhile. */
  until(at: number): Promise<void>;
}

const lineOf = (start: number, { at, lag, host, text }: Write): LokiLine => ({
  ns: nanosOfMillis(start + at - lag),
  labels: { host },
  text,
});

const createWorld = (writes: readonly Write[]): World => {
  const clock = createVirtualClock();
  const loki = createFakeLoki();
  const start = clock.now();
  const pending = [...writes].sort((a, b) => a.at - b.at);
  return {
    clock,
    loki,
    start,
    until: async (at) => {
      for (let next = pending[0]; next !== undefined && next.at <= at; next = pending[0]) {
        pending.shift();
        await clock.advance(Math.max(0, start + next.at - clock.now()));
        loki.store([lineOf(start, next)]);
      }
      await clock.advance(start + at - clock.now());
    },
  };
};

interface Run {
  readonly events: FollowEvent[];
  readonly given: Map<string, number>;
  stop(): void;
}

const begin = (
  world: World,
  resumption: Resumption,
  onEvent: (event: FollowEvent, run: Run) => void = () => {},
): Run => {
  const run: Run = { events: [], given: new Map(), stop: () => subscription.unsubscribe() };
  const { clock, loki } = world;
  const options = {
    loki,
    clock,
    selector: '{job="x"}',
    resumption,
    pollMs: 2_000,
    overlapMs,
    latenessMs,
    tail: undefined,
  };
  const subscription = followLoki(options).subscribe({
    next: (event) => {
      run.events.push(event);
      if (event.type === 'lines') {
        for (const line of event.lines)
          run.given.set(identityOf(line), (run.given.get(identityOf(line)) ?? 0) + 1);
      }
      onEvent(event, run);
    },
    error: (error) => {
      throw error;
    },
  });
  return run;
};

const ofType = <T extends FollowEvent['type']>(
  run: Run,
  type: T,
): readonly Extract<FollowEvent, { type: T }>[] =>
  run.events.filter((event): event is Extract<FollowEvent, { type: T }> => event.type === type);

const write = fc.record({
  at: fc.integer({ min: 0, max: 8 * minute }),
  // Mostly in time, often out of step by seconds, some minutes late, some ahead of time.
  lag: fc.oneof(
    fc.integer({ min: -500, max: 1_500 }),
    fc.integer({ min: 0, max: 40_000 }),
    fc.integer({ min: 0, max: 15 * minute }),
    fc.integer({ min: -9 * minute, max: 0 }),
  ),
  host: fc.constantFrom('a', 'b'),
  text: fc.constantFrom('x', 'y', 'z'),
});
const writes = fc.array(write, { maxLength: 80 });

const errors = [
  new LokiError('unavailable', 'Loki gave no answer'),
  new LokiError('overloaded', 'too many outstanding requests'),
  new LokiError('too-big', 'no answer in time'),
  new LokiError('malformed', 'a login page'),
];

/** Loki's moods: one request after the other, then well for the rest. */
const moodsOf = (list: readonly Mood[]): (() => Mood) => {
  const left = [...list];
  return () => left.shift() ?? 'well';
};

const isBefore = (line: LokiLine, from: bigint): boolean => line.ns < from;

/** True for times that a resumption leaves to be read. */
const isOpen = (ns: bigint, { from, gaps }: Resumption): boolean =>
  ns >= from || gaps.some((gap) => ns >= gap.from && ns < gap.to);

describe('following a stream', () => {
  test('gives every line once, however late, out of step and equal in time', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async (list) => {
        const world = createWorld(list);
        const from = nanosOfMillis(world.start - 16 * minute);
        const run = begin(world, startAt(from));
        await world.until(12 * minute);
        run.stop();
        const expected = world.loki.stored().map(identityOf);
        expect([...run.given.keys()].sort()).toEqual([...expected].sort());
        expect([...run.given.values()].every((times) => times === 1)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('gives every line once though Loki fails, answers nothing, or as if it were empty', async () => {
    const mood = fc.constantFrom<Mood>('well', 'empty', ...errors);
    await fc.assert(
      fc.asyncProperty(writes, fc.array(mood, { maxLength: 60 }), async (list, moods) => {
        const world = createWorld(list);
        world.loki.mood = moodsOf(moods);
        const run = begin(world, startAt(nanosOfMillis(world.start - 16 * minute)));
        await world.until(16 * minute);
        run.stop();
        const expected = world.loki.stored().map(identityOf);
        expect([...run.given.keys()].sort()).toEqual([...expected].sort());
        expect([...run.given.values()].every((times) => times === 1)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('calls nothing proven that it has not given', async () => {
    const mood = fc.constantFrom<Mood>('well', ...errors);
    await fc.assert(
      fc.asyncProperty(writes, fc.array(mood, { maxLength: 30 }), async (list, moods) => {
        const world = createWorld(list);
        world.loki.mood = moodsOf(moods);
        const claims: boolean[] = [];
        const run = begin(world, startAt(nanosOfMillis(world.start)), (event, { given }) => {
          if (event.type !== 'proven') return;
          const { from, to } = event.range;
          const within = world.loki.stored().filter(({ ns }) => ns >= from && ns < to);
          claims.push(within.every((line) => given.has(identityOf(line))));
        });
        await world.until(9 * minute);
        run.stop();
        expect(claims.length).toBeGreaterThan(10);
        expect(claims.every(Boolean)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('loses nothing when it is killed and started again, and repeats only what was not proven', async () => {
    const kills = fc.array(
      fc.record({
        after: fc.integer({ min: 1, max: 4 * minute }),
        down: fc.integer({ min: 0, max: 8 * minute }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(writes, kills, async (list, stops) => {
        const world = createWorld(list);
        const from = nanosOfMillis(world.start);
        const proven: TimeRange[] = [];
        const counts = new Map<number, SecondCount>();
        const given = new Set<string>();
        const unannounced: LokiLine[] = [];
        let at = 0;
        for (const { after, down } of [...stops, { after: 20 * minute, down: 0 }]) {
          const resumption = resumeAfter(proven, [...counts.values()]) ?? startAt(from);
          const known = new Set(given);
          const run = begin(world, resumption, (event) => {
            if (event.type === 'proven') {
              proven.push(event.range);
              for (const count of event.counts) counts.set(count.second, count);
            }
            if (event.type !== 'lines') return;
            for (const line of event.lines) {
              const repeated = known.has(identityOf(line)) && !event.mayRepeat;
              if (repeated && !isOpen(line.ns, resumption)) unannounced.push(line);
              given.add(identityOf(line));
            }
          });
          at += after;
          await world.until(at);
          run.stop();
          expect([...run.given.values()].every((times) => times === 1)).toBe(true);
          at += down;
          await world.until(at);
        }
        const expected = world.loki.stored().filter((line) => !isBefore(line, from));
        const missing = expected.filter((line) => !given.has(identityOf(line)));
        expect({ missing, unannounced }).toEqual({ missing: [], unannounced: [] });
      }),
      { numRuns: 60 },
    );
  });

  test('after an outage gives fresh lines first, and the gap beside them, once, in order, and says so', async () => {
    const every = (count: number, stepMs: number): readonly Write[] =>
      Array.from({ length: count }, (_, index) => ({
        at: index * stepMs,
        lag: 0,
        host: 'a',
        text: `line ${index}`,
      }));
    const world = createWorld(every(500, 6_000));
    const run = begin(world, startAt(nanosOfMillis(world.start)));
    await world.until(10 * minute);
    world.loki.mood = () => new LokiError('unavailable', 'Loki gave no answer');
    await world.until(30 * minute);
    world.loki.mood = () => 'well';
    await world.until(50 * minute);
    run.stop();
    expect(run.given.size).toBe(500);
    expect([...run.given.values()].every((times) => times === 1)).toBe(true);
    const [opened] = ofType(run, 'gap-opened');
    const [closed] = ofType(run, 'gap-closed');
    expect(ofType(run, 'gap-opened')).toHaveLength(1);
    expect(closed?.gap).toEqual(opened?.gap);
    const filled = ofType(run, 'lines').flatMap(({ origin, lines }) => (origin === 'backfill' ? lines : []));
    expect(filled.length).toBe(closed?.lines);
    expect(filled.length).toBeGreaterThan(190);
    expect(filled.map(({ ns }) => ns)).toEqual(filled.map(({ ns }) => ns).sort((a, b) => (a < b ? -1 : 1)));
    expect(ofType(run, 'recovered').map(({ part }) => part)).toContain('poll');
    const whole = ofType(run, 'proven').map(({ range }) => range);
    expect(resumeAfter(whole, [])?.gaps).toEqual([]);
  });

  test('asks little of a silent stream', async () => {
    const world = createWorld([]);
    const run = begin(world, startAt(nanosOfMillis(world.start)));
    await world.until(10 * minute);
    run.stop();
    expect(world.loki.requests).toBeLessThan(2 * 10 * 30 + 20);
  });

  test('reads again what it must, where a selector cannot be counted', async () => {
    const world = createWorld([
      { at: 1_000, lag: 0, host: 'a', text: 'in time' },
      { at: 60_000, lag: 20_000, host: 'a', text: 'a little late' },
      { at: 60_000, lag: 50_000, host: 'a', text: 'late' },
    ]);
    const counting = world.loki.countsBySecond;
    world.loki.countsBySecond = async (query, signal) => {
      await counting(query, signal);
      throw new LokiError('refused', 'Loki answered 400: pipeline error');
    };
    const run = begin(world, startAt(nanosOfMillis(world.start)));
    await world.until(5 * minute);
    run.stop();
    expect([...run.given.values()]).toEqual([1, 1, 1]);
    expect(ofType(run, 'lines').map(({ origin }) => origin)).toEqual(['live', 'live', 'late']);
  });

  test('tells of trouble each time with the time to the next try, and of its end once', async () => {
    const world = createWorld([]);
    world.loki.mood = moodsOf([...Array.from({ length: 8 }, () => errors[0] ?? 'well')]);
    const run = begin(world, startAt(nanosOfMillis(world.start)));
    await world.until(3 * minute);
    run.stop();
    const poll = ofType(run, 'trouble').filter(({ part }) => part === 'poll');
    expect(poll.map(({ failures }) => failures)).toEqual(poll.map((_, index) => index + 1));
    const waits = poll.map(({ retryInMs }) => retryInMs);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(ofType(run, 'recovered').filter(({ part }) => part === 'poll')).toHaveLength(1);
  });
});
