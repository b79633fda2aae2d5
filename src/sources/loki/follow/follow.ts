import { concatMap, defer, from, merge, type Observable } from 'rxjs';
import type { Clock } from '../../../clock.ts';
import { observe } from '../../observe.ts';
import type { LokiQueries } from '../client.ts';
import type { LokiConnection } from '../connection.ts';
import type { LokiLine } from '../line.ts';
import { type Nanos, SECOND_NS } from '../nanos.ts';
import { createPageSize } from '../page-size.ts';
import { backfill } from './backfill.ts';
import type { FollowEvent, LinesRead } from './event.ts';
import { type Follower, lokiNow, newLines } from './follower.ts';
import { poll, sweep } from './poll.ts';
import { createReading } from './reading.ts';
import type { Resumption } from './resumption.ts';
import { createSeen } from './seen.ts';
import { type TailEvent, tailLoki } from './tail.ts';

export interface FollowOptions {
  readonly loki: LokiQueries;
  readonly clock: Clock;
  readonly selector: string;
  readonly resumption: Resumption;
  readonly pollMs: number;
  /** How late lines usually are: the last part of the stream, watched closely. */
  readonly overlapMs: number;
  /** How late lines may be: checked every `sweepMs`. */
  readonly latenessMs: number;
  /** A count of a whole hour costs Loki something: a minute by default. */
  readonly sweepMs?: number;
  /** Further behind than this, fresh lines go first and the rest becomes a gap. */
  readonly gapAfterMs?: number;
  /** Undefined without a tail: lines come up to `pollMs` later. */
  readonly tail: LokiConnection | undefined;
}

const followerOf = (options: FollowOptions): Follower => {
  const { loki, clock, selector, resumption, overlapMs, latenessMs, gapAfterMs = 300_000 } = options;
  const seen = createSeen();
  // Seconds from here on are read again, and would count twice.
  const readAgain = Number((resumption.from - 1n) / SECOND_NS) + 1;
  seen.restore((resumption.counts ?? []).filter(({ second }) => second < readAgain));
  const knownFrom = resumption.counts === undefined ? undefined : resumption.countsFrom;
  const reading = createReading({ ...resumption, knownFrom, overlapMs, latenessMs, gapAfterMs, seen });
  return { loki, clock, selector, reading, size: createPageSize() };
};

/** Lines of the tail count as given, but prove nothing: only queries do. */
function* told(follower: Follower, lines: readonly LokiLine[]): Generator<LinesRead> {
  const now = lokiNow(follower);
  const isFresh = (line: LokiLine): boolean => follower.reading.isFresh(line.ns, now);
  yield* newLines(follower, lines.filter(isFresh), { via: 'tail', origin: 'live' });
  const late = lines.filter((line) => !isFresh(line));
  yield* newLines(follower, late, { via: 'tail', origin: 'late' });
}

function* ofTail(follower: Follower, event: TailEvent): Generator<FollowEvent> {
  if (event.type === 'lines') yield* told(follower, event.lines);
  // An end that comes once an hour is no trouble.
  else if (event.type === 'closed' && event.failures > 0) yield { ...event, type: 'trouble', part: 'tail' };
}

/**
 * Follows a stream of Loki for ever, from where an earlier run ended, and gives each line once. Queries are the truth:
 * `poll` reads what is new and checks the last `overlapMs`, `sweep` the last `latenessMs`, `backfill` closes gaps; the
 * tail only makes it fast. Troubles are events, and are retried. Unsubscribing ends every request.
 *
 * Lines that come later than `latenessMs` are given when the tail tells of them: queries do not show lines older than
 * three hours before Loki has written them to its store.
 */
export const followLoki = (options: FollowOptions): Observable<FollowEvent> =>
  defer(() => {
    const follower = followerOf(options);
    const { clock, selector, tail, sweepMs = 60_000 } = options;
    const parts = [
      observe((signal) => poll(follower, options.pollMs, signal)),
      observe((signal) => sweep(follower, sweepMs, signal)),
      observe((signal) => backfill(follower, signal)),
    ];
    if (tail === undefined) return merge(...parts);
    const now = (): Nanos => lokiNow(follower);
    const events = tailLoki({ connection: tail, clock, selector, now });
    return merge(...parts, events.pipe(concatMap((event) => from(ofTail(follower, event)))));
  });
