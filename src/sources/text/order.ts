import type { Micros } from '../../event.ts';
import { createProgress } from '../progress.ts';
import type { Unwrap } from '../records/record.ts';
import { type Item, isRejected } from '../source.ts';
import { createLineCutter } from './lines.ts';
import type { Text, TimeOf } from './text.ts';

const ENOUGH_TIMES = 64;
const ENOUGH_ITEMS = 256;
const FIRST_LOOK = 16 * 1024;
const LAST_LOOK = 1024 * 1024;

export const itemTime = (item: Item, timeOf: TimeOf | undefined): Micros | undefined =>
  isRejected(item) ? undefined : (item.time ?? timeOf?.(item));

/**
 * Whether times run backwards, as logcli prints them. Lines of a live log are a little out of order, but not so that
 * three of four steps go back.
 */
export const isDescending = (times: readonly Micros[]): boolean => {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || first <= last) return false;
  let back = 0;
  let forth = 0;
  for (const [index, time] of times.entries()) {
    const before = times[index - 1];
    if (before !== undefined && time < before) back++;
    if (before !== undefined && time > before) forth++;
  }
  return back >= 3 * forth;
};

/** The times of `items`, at most `limit` of them, none of which needs decoding. */
export const timesOf = (
  items: readonly Item[],
  by: { unwrap: Unwrap; timeOf: TimeOf | undefined; limit: number },
): readonly Micros[] => {
  const times: Micros[] = [];
  for (const item of items) {
    if (times.length === by.limit) break;
    const time = isRejected(item) ? undefined : itemTime(by.unwrap(item), by.timeOf);
    if (time !== undefined) times.push(time);
  }
  return times;
};

/**
 * The times at the beginning of the text: up to 64 of them from the first 256 lines and the first MiB, however the
 * text arrives in chunks. It waits for no more than that, since a pipe may be slow.
 */
export const firstTimes = async (text: Text, unwrap: Unwrap): Promise<readonly Micros[]> => {
  for (let bytes = FIRST_LOOK; ; bytes *= 2) {
    const head = await text.chunks.peek(bytes);
    const ended = head.length < bytes;
    const cutter = createLineCutter({ ...text.origin, progress: createProgress() });
    const items = cutter.cut(head.subarray(text.skip, LAST_LOOK));
    if (ended) items.push(...cutter.end());
    const times = timesOf(items.slice(0, ENOUGH_ITEMS), { unwrap, timeOf: text.timeOf, limit: ENOUGH_TIMES });
    const enough = times.length === ENOUGH_TIMES || items.length >= ENOUGH_ITEMS || bytes >= LAST_LOOK;
    if (ended || enough) return times;
  }
};
