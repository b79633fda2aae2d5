import { z } from 'zod';
import { joinRanges, type Resumption, resumeAfter } from './follow/resumption.ts';
import type { SecondCount } from './follow/seen.ts';
import { type Nanos, SECOND_NS, type TimeRange } from './nanos.ts';

/**
 * What has been read of one stream: ranges that are proven, and how many lines each of the last seconds had. Its text
 * is the cursor that is stored; a later run goes on from it, and knows the holes.
 */
export interface Ledger {
  prove(range: TimeRange, counts: readonly SecondCount[]): void;
  readonly proven: readonly TimeRange[];
  /** Undefined when nothing was ever proven. */
  readonly resumption: Resumption | undefined;
  readonly text: string;
}

const nanos = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform((text) => BigInt(text));

/** The text is written every few seconds: an hour of counts as plain numbers is a few kilobytes. */
const schema = z.object({
  proven: z.array(z.tuple([nanos, nanos]).transform(([from, to]) => ({ from, to }))),
  /** Lines of the second `from` and of each one after it. */
  counts: z.object({ from: z.int(), lines: z.array(z.int()) }),
});

/** Counts of seconds that are older than `latenessMs` are forgotten. An unreadable text is as good as none. */
export const createLedger = (text: string | undefined, latenessMs: number): Ledger => {
  const stored = readText(text);
  let proven: readonly TimeRange[] = stored.proven;
  const counts = new Map(stored.counts.map(({ second, lines }) => [second, lines]));
  return {
    prove(range, changed) {
      proven = joinRanges([...proven, range]);
      for (const { second, lines } of changed) counts.set(second, lines);
      forget(counts, range.to, latenessMs);
    },
    get proven() {
      return proven;
    },
    get resumption() {
      return resumeAfter(
        proven,
        [...counts].map(([second, lines]) => ({ second, lines })),
      );
    },
    get text() {
      return JSON.stringify({
        proven: proven.map(({ from, to }) => [String(from), String(to)]),
        counts: dense(counts),
      });
    },
  };
};

const forget = (counts: Map<number, number>, to: Nanos, latenessMs: number): void => {
  const oldest = Number(to / SECOND_NS) - Math.ceil(latenessMs / 1000);
  for (const second of counts.keys()) if (second < oldest) counts.delete(second);
};

const dense = (counts: ReadonlyMap<number, number>): z.input<typeof schema>['counts'] => {
  const seconds = [...counts.keys()];
  const from = seconds.reduce((least, second) => Math.min(least, second), seconds[0] ?? 0);
  const last = seconds.reduce((most, second) => Math.max(most, second), from - 1);
  return { from, lines: Array.from({ length: last - from + 1 }, (_, at) => counts.get(from + at) ?? 0) };
};

interface Stored {
  readonly proven: readonly TimeRange[];
  readonly counts: readonly SecondCount[];
}

const readText = (text: string | undefined): Stored => {
  const { data } = schema.safeParse(parsed(text ?? ''));
  if (data === undefined) return { proven: [], counts: [] };
  const { from, lines } = data.counts;
  return { proven: data.proven, counts: lines.map((count, at) => ({ second: from + at, lines: count })) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
