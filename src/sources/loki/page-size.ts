import { type Nanos, SECOND_NS } from './nanos.ts';

export interface PageSizeOptions {
  /** Aim for answers of this size: one over 4 MiB never comes from a Loki with default limits. */
  readonly bytes: number;
  /** Loki's `max_entries_limit_per_query`. */
  readonly mostLines: number;
  /** Longest range to ask for at once. */
  readonly longest: Nanos;
}

export const defaultPageSize: PageSizeOptions = {
  bytes: 3 * 1024 * 1024,
  mostLines: 5_000,
  longest: 3_600n * SECOND_NS,
};

/** How much to ask for next; learns from each answer. */
export interface PageSize {
  /** More than this is never asked for. */
  mostLines(): number;
  lines(): number;
  range(): Nanos;
  /** An answer came, with `lines` in `bytes`. */
  grew(lines: number, bytes: number): void;
  /** No answer came. False when there is nothing left to shrink. */
  shrink(): boolean;
  /** Loki says that it gives no more than this. */
  cap(mostLines: number): void;
}

const firstLines = 500;
/** 15 lines of Loki's longest (256 KB) fit a message of 4 MiB. */
const safeLines = 15;
const shortest = SECOND_NS;

export const createPageSize = (options: PageSizeOptions = defaultPageSize): PageSize => {
  let ceiling = Math.min(firstLines, options.mostLines);
  let range = options.longest;
  let bytesPerLine = 1;
  let { mostLines } = options;
  return {
    mostLines: () => mostLines,
    lines: () => Math.max(2, Math.min(ceiling, Math.floor(options.bytes / bytesPerLine))),
    range: () => range,
    grew: (lines, bytes) => {
      // Long lines are remembered for a while: they come in bursts.
      if (lines > 0) bytesPerLine = Math.max(bytes / lines, bytesPerLine * 0.8);
      ceiling = Math.min(mostLines, ceiling * 2);
      range = range * 2n < options.longest ? range * 2n : options.longest;
    },
    shrink: () => {
      if (ceiling <= safeLines && range <= shortest) return false;
      ceiling = Math.max(Math.min(safeLines, mostLines), Math.floor(ceiling / 16));
      range = range / 4n > shortest ? range / 4n : shortest;
      return true;
    },
    cap: (most) => {
      mostLines = Math.min(mostLines, Math.max(2, most));
      ceiling = Math.min(ceiling, mostLines);
    },
  };
};
