import type { Lane } from '../budget.ts';
import { LokiError } from '../error.ts';
import { rangeOfSeconds } from '../nanos.ts';
import type { FollowEvent, Origin } from './event.ts';
import { type Follower, newLines, pagesOf } from './follower.ts';
import type { Seconds } from './reading.ts';

type Counts = ReadonlyMap<number, number>;

export interface CheckOptions {
  readonly seconds: Seconds;
  readonly origin: Origin;
  readonly lane: Lane;
}

/** Loki refuses metric queries with more points than 11,000. */
const mostSeconds = 10_000;

/** Seconds next to each other, and those with a short way between, are read in one go. */
const inRuns = (seconds: readonly number[]): readonly Seconds[] => {
  const runs: { first: number; last: number }[] = [];
  for (const second of seconds) {
    const run = runs.at(-1);
    if (run !== undefined && second - run.last <= 3) run.last = second;
    else runs.push({ first: second, last: second });
  }
  return runs;
};

const secondsOf = ({ first, last }: Seconds): readonly number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

/** Undefined when this selector cannot be counted: then everything has to be read again. */
const countsOf = async (
  { loki, selector }: Follower,
  { seconds, lane }: CheckOptions,
  signal: AbortSignal,
): Promise<Counts | undefined> => {
  try {
    return await loki.countsBySecond({ selector, ...seconds, lane }, signal);
  } catch (error) {
    if (error instanceof LokiError && error.kind === 'refused') return undefined;
    throw error;
  }
};

/**
 * Finds what polls have missed: lines that came to Loki after their second had been read, and whatever an empty or
 * short answer hid. Loki counts its lines by second, which is cheap; only seconds with another count than ours are
 * read again. Afterwards all of `seconds` has been read as Loki holds it now.
 */
export async function* check(
  follower: Follower,
  { seconds, ...rest }: CheckOptions,
  signal: AbortSignal,
): AsyncGenerator<FollowEvent> {
  for (let first = seconds.first; first <= seconds.last; first += mostSeconds) {
    const last = Math.min(seconds.last, first + mostSeconds - 1);
    yield* checkPart(follower, { seconds: { first, last }, ...rest }, signal);
  }
}

async function* checkPart(
  follower: Follower,
  options: CheckOptions,
  signal: AbortSignal,
): AsyncGenerator<FollowEvent> {
  const { reading } = follower;
  const counts = await countsOf(follower, options, signal);
  const differing = secondsOf(options.seconds).filter(
    (second) => reading.isRead(second) && !(counts && reading.seen.agrees(second, counts.get(second) ?? 0)),
  );
  for (const run of inRuns(differing)) {
    yield* reread(follower, { ...options, seconds: run }, signal);
    if (counts === undefined) continue;
    for (const second of secondsOf(run)) {
      if (reading.isRead(second)) reading.seen.settle(second, counts.get(second) ?? 0);
    }
  }
}

async function* reread(
  follower: Follower,
  { seconds, origin, lane }: CheckOptions,
  signal: AbortSignal,
): AsyncGenerator<FollowEvent> {
  const { reading } = follower;
  const unknown = secondsOf(seconds).filter((second) => reading.seen.reread(second));
  const mayRepeat = unknown.length > 0 || reading.isInherited(seconds.first);
  const range = rangeOfSeconds(seconds.first, seconds.last);
  for await (const { lines, overflow } of pagesOf(follower, { range, lane }, signal)) {
    yield* newLines(follower, lines, { via: 'query', origin, mayRepeat });
    if (overflow !== undefined) yield { type: 'overflow', overflow };
  }
}
