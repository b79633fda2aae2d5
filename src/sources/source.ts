import type { Line, Reject } from '../event.ts';

/**
 * What a source yields: lines in input order, and rejects for input that never became a line
 * (an oversized line, a record without a line).
 */
export type Item = Line | Reject;

export const isRejected = (item: Item): item is Reject => 'reason' in item;

/**
 * A finite source of replay. Yields batches, so that a million lines cost a few thousand awaits.
 * Ends when the input ends; throws `InputError` (exit code 3) when it cannot be read at all.
 * Returning early (break) closes what it opened.
 */
export interface Source {
  /** As the user named it. */
  readonly name: string;
  batches(signal: AbortSignal): AsyncIterable<readonly Item[]>;
}
