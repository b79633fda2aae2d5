import type { Format, Line, Micros, Reject } from '../event.ts';

/**
 * What a source yields: lines in input order, and rejects for input that never became a line
 * (an oversized line, a record without a line).
 */
export type Item = Line | Reject;

export const isRejected = (item: Item | Passed): item is Reject => 'reason' in item;

/**
 * Lines, one behind the other, that need not be read: events on which nothing depends but their number and time.
 * Only sources that were given a skim yield these.
 */
export interface Passed {
  readonly passed: number;
  readonly file: string;
  readonly format: Format;
  /** Times of some of these events and of those that passed near them, the earliest and the latest among them. */
  readonly times: readonly Micros[];
}

export const isPassed = (item: Item | Passed): item is Passed => 'passed' in item;

/**
 * Tells lines that need not be read from their bytes. `lines` are whole, each with its newline. Undefined when all of
 * them have to be read. Only for inputs that are read in their own order.
 */
export type Skim = (file: string, lines: Buffer) => Skimmed | undefined;

export interface Skimmed {
  /**
   * `passed` lines to leave out, then the line from `start` to the newline at `end`; no line when `end` is `start` - 1.
   * The runs hold all lines in their order.
   */
  readonly runs: readonly { readonly passed: number; readonly start: number; readonly end: number }[];
  readonly format: Format;
  readonly times: readonly Micros[];
}

/**
 * A finite source of replay. Yields batches, so that a million lines cost a few thousand awaits.
 * Ends when the input ends; throws `InputError` (exit code 3) when it cannot be read at all.
 * Returning early (break) closes what it opened.
 */
export interface Source<T = Item> {
  /** As the user named it. */
  readonly name: string;
  batches(signal: AbortSignal): AsyncIterable<readonly T[]>;
}
