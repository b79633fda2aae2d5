import type { LokiError } from '../error.ts';
import type { LokiLine } from '../line.ts';
import type { TimeRange } from '../nanos.ts';
import type { Overflow } from '../pages.ts';
import type { SecondCount } from './seen.ts';

/**
 * - `live`: fresh lines, in the order of time within a batch, nearly so from batch to batch.
 * - `late`: came to Loki after its neighbours had been read, `overlap` or more behind.
 * - `backfill`: of a gap, in the order of time over all its batches.
 */
export type Origin = 'live' | 'late' | 'backfill';

/** Parts of following that fail and recover on their own. */
export type Part = 'poll' | 'sweep' | 'backfill' | 'tail';

export interface LinesRead {
  readonly type: 'lines';
  readonly origin: Origin;
  readonly lines: readonly LokiLine[];
  /** Some may have been given before: by an earlier run, or so long ago that they were forgotten for lack of room. */
  readonly mayRepeat: boolean;
}

/** Everything that Loki held in the range when it was read has been given before this event. */
export interface RangeProven {
  readonly type: 'proven';
  /** Ends with a whole second. */
  readonly range: TimeRange;
  /** Lines by second as far as they have changed: with these a later run knows what this one has read. */
  readonly counts: readonly SecondCount[];
}

/** Following is so far behind that it goes on with fresh lines first. The gap is read beside them. */
export interface GapOpened {
  readonly type: 'gap-opened';
  readonly gap: TimeRange;
}

export interface GapClosed {
  readonly type: 'gap-closed';
  readonly gap: TimeRange;
  readonly lines: number;
}

export interface Trouble {
  readonly type: 'trouble';
  readonly part: Part;
  readonly error: LokiError;
  /** In a row. */
  readonly failures: number;
  readonly retryInMs: number;
}

export interface Recovered {
  readonly type: 'recovered';
  readonly part: Part;
  readonly afterMs: number;
}

/** Lines that Loki holds and cannot give. */
export interface LinesUnreadable {
  readonly type: 'overflow';
  readonly overflow: Overflow;
}

/** Loki's clock and ours differ by seconds; following goes by Loki's. */
export interface ClockSkewed {
  readonly type: 'clock-skew';
  /** Positive when Loki's clock is ahead. */
  readonly skewMs: number;
}

export type FollowEvent =
  | LinesRead
  | RangeProven
  | GapOpened
  | GapClosed
  | Trouble
  | Recovered
  | LinesUnreadable
  | ClockSkewed;
