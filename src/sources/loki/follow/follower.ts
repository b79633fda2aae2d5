import type { BackoffOptions } from '../../../backoff.ts';
import { backoffMs } from '../../../backoff.ts';
import type { Clock } from '../../../clock.ts';
import type { Lane } from '../budget.ts';
import type { LokiQueries } from '../client.ts';
import { LokiError, passesByItself } from '../error.ts';
import type { LokiLine } from '../line.ts';
import { type Nanos, nanosOfMillis, type TimeRange } from '../nanos.ts';
import type { PageSize } from '../page-size.ts';
import { type Page, readPages } from '../pages.ts';
import type { FollowEvent, LinesRead, Origin, Part } from './event.ts';
import type { Via } from './fingerprints.ts';
import type { Reading } from './reading.ts';

/** What the parts of following share. */
export interface Follower {
  readonly loki: LokiQueries;
  readonly clock: Clock;
  readonly selector: string;
  readonly reading: Reading;
  readonly size: PageSize;
}

/** Smaller differences are the rounding of Loki's Date header and the way of the answer. */
export const tolerableSkewMs = 3_000;

/** Loki's time as far as we know it: the lines' times are nearer to it than to ours. */
export const lokiNow = ({ loki, clock }: Pick<Follower, 'loki' | 'clock'>): Nanos => {
  const skew = loki.clockSkewMs() ?? 0;
  return nanosOfMillis(clock.now() + (Math.abs(skew) > tolerableSkewMs ? skew : 0));
};

export const pagesOf = (
  { loki, selector, size }: Follower,
  { range, lane }: { readonly range: TimeRange; readonly lane: Lane },
  signal: AbortSignal,
): AsyncGenerator<Page> =>
  readPages(range, (part, limit) => loki.lines({ ...part, selector, limit, lane }, signal), size);

/** The lines that are new, as an event; nothing when none are. */
export function* newLines(
  { reading }: Follower,
  lines: readonly LokiLine[],
  {
    via,
    origin,
    mayRepeat = false,
  }: { readonly via: Via; readonly origin: Origin; readonly mayRepeat?: boolean },
): Generator<LinesRead> {
  const fresh = lines.filter((line) => reading.seen.note(line, via));
  if (fresh.length > 0) yield { type: 'lines', origin, lines: fresh, mayRepeat };
}

const delaysFor = (part: Part): BackoffOptions =>
  part === 'poll' ? { firstMs: 500, mostMs: 10_000 } : { firstMs: 1_000, mostMs: 60_000 };
const hopelessMs = 30_000;

/**
 * Does `once` over and over, `pauseMs()` apart, until the signal. A LokiError becomes a `trouble` event and a longer
 * pause; the first success after it a `recovered` event. Other errors are ours and end it.
 */
export async function* keepDoing(
  { clock }: Pick<Follower, 'clock'>,
  part: Part,
  work: { readonly once: () => AsyncIterable<FollowEvent>; readonly pauseMs: () => number },
  signal: AbortSignal,
): AsyncGenerator<FollowEvent> {
  let failures = 0;
  let failingSince = 0;
  while (!signal.aborted) {
    let pauseMs: number;
    try {
      yield* work.once();
      if (failures > 0) yield { type: 'recovered', part, afterMs: clock.now() - failingSince };
      failures = 0;
      pauseMs = work.pauseMs();
    } catch (error) {
      if (signal.aborted || !(error instanceof LokiError)) throw error;
      if (failures === 0) failingSince = clock.now();
      failures += 1;
      pauseMs = passesByItself(error) ? backoffMs(delaysFor(part), failures, clock.random()) : hopelessMs;
      yield { type: 'trouble', part, error, failures, retryInMs: pauseMs };
    }
    await clock.sleep(pauseMs, signal);
  }
}
