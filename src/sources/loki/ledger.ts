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

const schema = z.object({
  proven: z.array(z.tuple([z.string().regex(/^\d+$/), z.string().regex(/^\d+$/)])),
  counts: z.array(z.tuple([z.number(), z.number()])),
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
        counts: [...counts],
      });
    },
  };
};

const forget = (counts: Map<number, number>, to: Nanos, latenessMs: number): void => {
  const oldest = Number(to / SECOND_NS) - Math.ceil(latenessMs / 1000);
  for (const second of counts.keys()) if (second < oldest) counts.delete(second);
};

interface Stored {
  readonly proven: readonly TimeRange[];
  readonly counts: readonly SecondCount[];
}

const NOTHING: Stored = { proven: [], counts: [] };

const readText = (text: string | undefined): Stored => {
  if (text === undefined) return NOTHING;
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) return NOTHING;
  return {
    proven: parsed.data.proven.map(([from, to]) => ({ from: BigInt(from), to: BigInt(to) })),
    counts: parsed.data.counts.map(([second, lines]) => ({ second, lines })),
  };
};
