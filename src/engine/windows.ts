import type { Micros } from '../event.ts';
import { compare, type Timed } from './pending.ts';

export interface Counted extends Timed {
  /** The value whose distinct number is counted; undefined counts events. */
  readonly value: string | undefined;
}

export interface WindowOptions {
  readonly timespan: Micros;
  /** How far behind the newest event a late one may still take its place. */
  readonly lateness: Micros;
  readonly exceeds: (count: number) => boolean;
  readonly maxKeys: number;
}

/**
 * Sliding windows in event time, `(t - timespan, t]`, one per key. `add` returns the entries of the window that
 * exceeds the threshold, the crossing one last. They are spent then: counting starts afresh. A late entry is put
 * in its place and can complete a window that ends after it.
 */
export interface Windows<T extends Counted> {
  add(key: string, entry: T): readonly T[];
  /** What the window of `key` that ends at `at` counts by now. */
  countAt(key: string, at: Micros): number;
  /** Forgets keys that no window ending at or after `now - lateness` can use. */
  expire(now: Micros): void;
  readonly keys: number;
  /** Keys forgotten because there were too many. */
  readonly evicted: number;
}

export const createWindows = <T extends Counted>(options: WindowOptions): Windows<T> => {
  // Map order is the order of last use, so the idle keys stand in front.
  const windows = new Map<string, T[]>();
  const reach = options.timespan + options.lateness;
  let evicted = 0;
  let newest = Number.NEGATIVE_INFINITY;

  const expire = (now: Micros): void => {
    for (const [key, entries] of windows) {
      if ((entries.at(-1)?.at ?? Number.NEGATIVE_INFINITY) > now - reach) break;
      windows.delete(key);
    }
  };

  const evict = (): void => {
    const [idle] = windows.keys();
    if (windows.size <= options.maxKeys || idle === undefined) return;
    windows.delete(idle);
    evicted++;
  };

  return {
    add(key, entry) {
      newest = Math.max(newest, entry.at);
      expire(newest);
      const entries = alive(windows.get(key) ?? [], newest - reach);
      windows.delete(key);
      const crossing = firstCrossing(entries, insert(entries, entry), options);
      if (entries.length > 0) windows.set(key, entries);
      evict();
      return crossing;
    },
    countAt(key, at) {
      const inside = (windows.get(key) ?? []).filter(
        (entry) => entry.at <= at && entry.at > at - options.timespan,
      );
      return inside.length === 0 ? 0 : distinct(inside, 0, inside.length - 1);
    },
    expire,
    get keys() {
      return windows.size;
    },
    get evicted() {
      return evicted;
    },
  };
};

const alive = <T extends Counted>(entries: T[], after: Micros): T[] => {
  const first = entries.findIndex(({ at }) => at > after);
  if (first !== 0) entries.splice(0, first < 0 ? entries.length : first);
  return entries;
};

/** Puts the entry in its place, nearly always the end, and returns that place. */
const insert = <T extends Counted>(entries: T[], entry: T): number => {
  let at = entries.length;
  while (at > 0) {
    const before = entries[at - 1];
    if (before === undefined || compare(before, entry) <= 0) break;
    at--;
  }
  entries.splice(at, 0, entry);
  return entry.value === undefined ? at : at - dropEarlier(entries, at, entry.value);
};

/** Of equal values the latest stands for all, which bounds a window by its threshold. */
const dropEarlier = <T extends Counted>(entries: T[], before: number, value: string): number => {
  const twin = entries.findIndex((other, at) => at < before && other.value === value);
  if (twin < 0) return 0;
  entries.splice(twin, 1);
  return 1;
};

/** The first window ending at or after `from` that exceeds the threshold; its entries are taken out. */
const firstCrossing = <T extends Counted>(
  entries: T[],
  from: number,
  options: WindowOptions,
): readonly T[] => {
  for (let end = from; end < entries.length; end++) {
    const until = entries[end]?.at ?? Number.NaN;
    const start = entries.findIndex(({ at }) => at > until - options.timespan);
    if (options.exceeds(distinct(entries, start, end))) {
      const window = entries.slice(start, end + 1);
      entries.splice(0, end + 1);
      return window;
    }
  }
  return [];
};

const distinct = (entries: readonly Counted[], start: number, end: number): number =>
  entries[end]?.value === undefined
    ? end - start + 1
    : new Set(entries.slice(start, end + 1).map(({ value }) => value)).size;
