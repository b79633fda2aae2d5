import type { Micros } from '../event.ts';
import type { Item, Source } from './source.ts';
import { itemTime } from './text/order.ts';
import type { TimeOf } from './text/text.ts';

const BATCH = 512;

/**
 * Merges sources by time, each in its own order; at equal times the earlier source comes first. A line without a time
 * goes with the line before it. A single line that claims to be of the future does not hold up what follows it.
 */
export const mergeByTime = (sources: readonly Source[], timeOf?: TimeOf): Source => {
  const [only] = sources;
  if (only !== undefined && sources.length === 1) return only;
  return {
    name: sources.map(({ name }) => name).join(', '),
    batches: (signal) => merged(sources, timeOf, signal),
  };
};

/** One source on its way through the merge. */
interface Cursor {
  /** Position among the sources: decides between equal times. */
  readonly rank: number;
  readonly batches: AsyncIterator<readonly Item[]>;
  items: readonly Item[];
  /** What each item is merged by. */
  times: readonly Micros[];
  index: number;
  /** Items before it may be taken; the one behind it waits for its successor. */
  limit: number;
  ended: boolean;
}

async function* merged(
  sources: readonly Source[],
  timeOf: TimeOf | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly Item[]> {
  const cursors = sources.map((source, rank) =>
    openCursor(source.batches(signal)[Symbol.asyncIterator](), rank),
  );
  try {
    for (const cursor of cursors) await load(cursor, timeOf);
    let batch: Item[] = [];
    for (let live = cursors.filter(hasItem); live.length > 0; live = live.filter(hasItem)) {
      const { first, second } = firstTwo(live);
      do {
        const item = first.items[first.index++];
        if (item !== undefined) batch.push(item);
        if (batch.length >= BATCH) {
          yield batch;
          batch = [];
        }
        if (!hasItem(first)) await load(first, timeOf);
      } while (hasItem(first) && (second === undefined || isBefore(first, second)));
    }
    if (batch.length > 0) yield batch;
  } finally {
    await Promise.allSettled(cursors.map(({ batches }) => batches.return?.()));
  }
}

const openCursor = (batches: AsyncIterator<readonly Item[]>, rank: number): Cursor => ({
  rank,
  batches,
  items: [],
  times: [],
  index: 0,
  limit: 0,
  ended: false,
});

const hasItem = ({ index, limit }: Cursor): boolean => index < limit;

const timeAt = ({ times, index }: Cursor): Micros => times[index] ?? Number.NEGATIVE_INFINITY;

const isBefore = (a: Cursor, b: Cursor): boolean => {
  const [timeA, timeB] = [timeAt(a), timeAt(b)];
  return timeA < timeB || (timeA === timeB && a.rank < b.rank);
};

const firstTwo = (live: readonly Cursor[]): { first: Cursor; second: Cursor | undefined } => {
  let [first, second] = live;
  if (first === undefined) throw new RangeError('firstTwo: no cursor is left');
  if (second !== undefined && isBefore(second, first)) [first, second] = [second, first];
  for (const cursor of live.slice(2)) {
    if (isBefore(cursor, first)) [first, second] = [cursor, first];
    else if (second !== undefined && isBefore(cursor, second)) second = cursor;
  }
  return { first, second };
};

/** Makes an item available, unless the source has ended. */
const load = async (cursor: Cursor, timeOf: TimeOf | undefined): Promise<void> => {
  while (!hasItem(cursor) && !cursor.ended) {
    const waiting = cursor.items.slice(cursor.limit);
    const before = cursor.times[cursor.index - 1] ?? Number.NEGATIVE_INFINITY;
    const next = await cursor.batches.next();
    cursor.ended = next.done === true;
    cursor.items = next.done === true ? waiting : [...waiting, ...next.value];
    cursor.times = mergeTimes(cursor.items, timeOf, before);
    cursor.index = 0;
    cursor.limit = Math.max(0, cursor.items.length - (cursor.ended ? 0 : 1));
  }
};

/** An item's own time, but not later than that of the item after it: that one cannot come before it. */
const mergeTimes = (
  items: readonly Item[],
  timeOf: TimeOf | undefined,
  before: Micros,
): readonly Micros[] => {
  const own = items.map((item) => itemTime(item, timeOf));
  let last = before;
  return own.map((time, index) => {
    if (time !== undefined) last = Math.min(time, own[index + 1] ?? time);
    return last;
  });
};
