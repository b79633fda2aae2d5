import { later, type Nanos, type TimeRange } from '../nanos.ts';
import type { SecondCount } from './seen.ts';

/** What an earlier run has left behind, from its `proven` events. */
export interface Resumption {
  /** End of the newest range that was proven: following goes on here. */
  readonly from: Nanos;
  /** Ranges before `from` that were never proven, the oldest first. */
  readonly gaps: readonly TimeRange[];
  /** Where `counts` begins: all seconds from there to `from` are in it, or had no lines, or lie in a gap. */
  readonly countsFrom?: Nanos | undefined;
  readonly counts?: readonly SecondCount[] | undefined;
}

/** Ranges in the order of time, those that touch or overlap joined: what a ledger keeps. */
export const joinRanges = (ranges: readonly TimeRange[]): readonly TimeRange[] => {
  const joined: { from: Nanos; to: Nanos }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to) last.to = later(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
};

/** The start of a stream that nothing is known of. */
export const startAt = (from: Nanos): Resumption => ({ from, gaps: [] });

/**
 * Goes on after the ranges that were proven; undefined without any. `counts` holds the newest count of each second;
 * seconds older than the lateness may be missing.
 */
export const resumeAfter = (
  proven: readonly TimeRange[],
  counts: readonly SecondCount[],
): Resumption | undefined => {
  const ranges = joinRanges(proven);
  const newest = ranges.at(-1);
  if (newest === undefined) return undefined;
  const gaps = ranges.slice(1).map(({ from }, index) => ({ from: ranges[index]?.to ?? from, to: from }));
  return { from: newest.to, gaps, countsFrom: ranges[0]?.from, counts };
};
