import type { Nanos } from '../nanos.ts';
import { check } from './check.ts';
import type { FollowEvent } from './event.ts';
import { type Follower, keepDoing, lokiNow, newLines, pagesOf, tolerableSkewMs } from './follower.ts';

/** Checks take a tenth of the time at most: on a busy stream they count much. */
const checkShare = 10;

/** Reads what is new, again and again, and checks the newest seconds for lines that came a little late. */
export const poll = (
  follower: Follower,
  pollMs: number,
  signal: AbortSignal,
): AsyncGenerator<FollowEvent> => {
  const { clock, reading } = follower;
  let nextCheck = 0;

  async function* checkNewest(): AsyncGenerator<FollowEvent> {
    const started = clock.now();
    if (started < nextCheck) return;
    const now = lokiNow(follower);
    const seconds = reading.newest(now);
    yield* check(follower, { seconds, origin: 'live', lane: 'live' }, signal);
    nextCheck = clock.now() + (clock.now() - started) * checkShare;
    const range = reading.takeProven(now);
    if (range !== undefined) yield { type: 'proven', range, counts: reading.seen.takeChanges() };
  }

  let toldSkewMs = 0;
  function* tellSkew(): Generator<FollowEvent> {
    const skewMs = follower.loki.clockSkewMs() ?? 0;
    if (Math.abs(skewMs - toldSkewMs) <= tolerableSkewMs) return;
    toldSkewMs = skewMs;
    yield { type: 'clock-skew', skewMs };
  }

  async function* once(): AsyncGenerator<FollowEvent> {
    yield* pollOnce(follower, signal);
    yield* tellSkew();
    yield* checkNewest();
  }

  return keepDoing(follower, 'poll', { once, pauseMs: () => pollMs }, signal);
};

async function* pollOnce(follower: Follower, signal: AbortSignal): AsyncGenerator<FollowEvent> {
  const { reading } = follower;
  const now = lokiNow(follower);
  const { range, skipped } = reading.nextPoll(now);
  let skip = skipped;
  for await (const { lines, readTo, overflow } of pagesOf(follower, { range, lane: 'live' }, signal)) {
    // Not before Loki answers: until then the gap still grows.
    if (skip !== undefined) {
      reading.skip(skip);
      yield { type: 'gap-opened', gap: skip };
      skip = undefined;
    }
    const newest: Nanos | undefined = lines.at(-1)?.ns;
    yield* newLines(follower, lines, { via: 'query', origin: 'live' });
    if (overflow !== undefined) yield { type: 'overflow', overflow };
    reading.polled(readTo, newest, now);
  }
}

/** Checks, slowly, the older seconds for lines that came late. */
export const sweep = (
  follower: Follower,
  sweepMs: number,
  signal: AbortSignal,
): AsyncGenerator<FollowEvent> => {
  const { clock, reading } = follower;
  let tookMs = 0;

  async function* once(): AsyncGenerator<FollowEvent> {
    const started = clock.now();
    const now = lokiNow(follower);
    reading.seen.forgetBefore(reading.forgettable(now));
    const seconds = reading.older(now);
    yield* check(follower, { seconds, origin: 'late', lane: 'background' }, signal);
    tookMs = clock.now() - started;
  }

  return keepDoing(
    follower,
    'sweep',
    { once, pauseMs: () => Math.max(sweepMs, tookMs * checkShare) },
    signal,
  );
};
