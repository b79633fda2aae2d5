import { earlier, later, type Nanos, nanosOfMillis, SECOND_NS, secondOf, type TimeRange } from '../nanos.ts';
import type { Seen } from './seen.ts';

export interface ReadingOptions {
  /** All before this has been read by an earlier run, or is not wanted. */
  readonly from: Nanos;
  /** Where counts of the earlier run begin, if `seen` holds some. */
  readonly knownFrom?: Nanos | undefined;
  /** Holes that the earlier run left before `from`. */
  readonly gaps: readonly TimeRange[];
  readonly overlapMs: number;
  readonly latenessMs: number;
  /** Further behind than this, fresh lines go first and the rest is a gap. */
  readonly gapAfterMs: number;
  readonly seen: Seen;
}

/** Both included; see `secondOf`. */
export interface Seconds {
  readonly first: number;
  readonly last: number;
}

/** A hole that is being filled. */
export interface Gap extends TimeRange {
  /** Where polls had got to when it was opened: its lines up to there may have been given. */
  readonly polledTo: Nanos;
  readTo: Nanos;
  lines: number;
}

/** What has been read and what not: shared by the parts that read one stream. Asks nobody, knows no clock. */
export interface Reading {
  readonly seen: Seen;
  /** What to ask for now. When that would be too much, fresh lines only, and what is to be skipped once they come. */
  nextPoll(now: Nanos): { readonly range: TimeRange; readonly skipped: TimeRange | undefined };
  /** Leaves a gap, which is to be filled. */
  skip(skipped: TimeRange): void;
  /** A page has come: all before `readTo` has been read at `now`. */
  polled(readTo: Nanos, newest: Nanos | undefined, now: Nanos): void;
  /** Whole seconds that have been read: those not proven yet and the last `overlapMs`; first > last when none. */
  newest(now: Nanos): Seconds;
  /** Whole seconds that have been read: the older ones, up to `latenessMs`. */
  older(now: Nanos): Seconds;
  /** False for seconds that lie in an open gap. */
  isRead(second: number): boolean;
  /** True for seconds that an earlier run has read: what it gave last may not have been written down. */
  isInherited(second: number): boolean;
  /** What is proven by now and was not before; undefined when that is no whole second. */
  takeProven(now: Nanos): TimeRange | undefined;
  openGap(): Gap | undefined;
  closeGap(gap: Gap): void;
  /** True for lines that may be met again, so that we must remember them. */
  mayComeAgain(ns: Nanos, now: Nanos): boolean;
  /** Seconds before this one are not met again. */
  forgettable(now: Nanos): number;
  isFresh(ns: Nanos, now: Nanos): boolean;
}

/** Loki takes lines from up to ten minutes ahead (`creation_grace_period`). */
const ahead: Nanos = 900n * SECOND_NS;

/** The last end of a whole second that is not after `ns`. */
export const wholeSeconds = (ns: Nanos): Nanos => ((ns - 1n) / SECOND_NS) * SECOND_NS + 1n;

const firstWholeSecond = (from: Nanos): number =>
  wholeSeconds(from) === from ? secondOf(from) : secondOf(from) + 1;

export const createReading = (options: ReadingOptions): Reading => {
  const { seen } = options;
  const overlap = nanosOfMillis(options.overlapMs);
  const lateness = nanosOfMillis(options.latenessMs);
  const firstTracked = firstWholeSecond(options.knownFrom ?? options.from);
  let gaps: readonly Gap[] = options.gaps.map(({ from, to }) => ({
    from,
    to,
    polledTo: from,
    readTo: from,
    lines: 0,
  }));
  /** All before this has been read, but for gaps. */
  let cursor = options.from;
  let newest: Nanos | undefined;
  let provenTo = options.from;

  const farBehind = (now: Nanos): TimeRange | undefined => {
    const to = wholeSeconds(now - overlap);
    const isFar = now - cursor > nanosOfMillis(options.gapAfterMs) && to > cursor;
    return isFar ? { from: provenTo, to } : undefined;
  };
  const lastRead = (): number => secondOf(wholeSeconds(cursor) - 1n);
  const firstFresh = (now: Nanos): number => secondOf(earlier(now - overlap, provenTo));

  return {
    seen,
    nextPoll: (now) => {
      const to = now + ahead;
      const skipped = farBehind(now);
      if (skipped !== undefined) return { range: { from: skipped.to, to }, skipped };
      // Silent streams are asked for `overlap` again: that costs nothing and finds what came a little late.
      const again = later(newest ?? 0n, cursor - overlap);
      return { range: { from: later(earlier(again, cursor), provenTo), to }, skipped };
    },
    skip: ({ from, to }) => {
      gaps = [...gaps, { from, to, polledTo: cursor, readTo: from, lines: 0 }];
      cursor = to;
      provenTo = to;
      newest = undefined;
    },
    polled: (readTo, newestRead, now) => {
      cursor = later(cursor, earlier(readTo, now));
      if (newestRead !== undefined) newest = later(newest ?? 0n, newestRead);
    },
    newest: (now) => ({ first: Math.max(firstTracked, firstFresh(now)), last: lastRead() }),
    older: (now) => ({
      first: Math.max(firstTracked, secondOf(now - lateness)),
      last: Math.min(lastRead(), firstFresh(now) - 1),
    }),
    isRead: (second) => {
      const end = BigInt(second) * SECOND_NS;
      return !gaps.some((gap) => gap.readTo <= end && end - SECOND_NS + 1n < gap.to);
    },
    isInherited: (second) => second <= secondOf(options.from),
    takeProven: (now) => {
      const to = wholeSeconds(earlier(cursor, now - overlap));
      if (to <= provenTo) return undefined;
      const range = { from: provenTo, to };
      provenTo = to;
      return range;
    },
    openGap: () => gaps[0],
    closeGap: (gap) => {
      gaps = gaps.filter((other) => other !== gap);
    },
    mayComeAgain: (ns, now) =>
      ns >= now - lateness || gaps.some((gap) => ns >= gap.from && ns < gap.polledTo),
    forgettable: (now) => {
      const halfRead = gaps.filter((gap) => gap.readTo < gap.polledTo).map(({ from }) => from);
      return secondOf([provenTo, ...halfRead].reduce(earlier, now - lateness));
    },
    isFresh: (ns, now) => ns >= now - overlap,
  };
};
