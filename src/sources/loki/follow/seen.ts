import { fingerprintOf, type LokiLine } from '../line.ts';
import { secondOf } from '../nanos.ts';
import { createFingerprints, type Fingerprints, type Via } from './fingerprints.ts';

/** Lines that queries have read in one second (see `secondOf`). */
export interface SecondCount {
  readonly second: number;
  readonly lines: number;
}

export interface Seen {
  /** Notes a line. True when it is new, false when it has been seen, however it came. */
  note(line: LokiLine, via: Via): boolean;
  /**
   * What Loki counted for a second: does it hold lines that no query has brought us? Compared with what queries
   * brought, or, after `settle`, with what Loki counted then.
   */
  agrees(second: number, counted: number): boolean;
  /** Before a whole second is read again. True when some of its lines are known by number only, and will look new. */
  reread(second: number): boolean;
  /** The whole second has been read while Loki counted so many: Loki counts some repeated lines twice. */
  settle(second: number, counted: number): void;
  /** Counts of an earlier run: its lines are known by number only. */
  restore(counts: readonly SecondCount[]): void;
  /** The counts that have changed since the last call. */
  takeChanges(): readonly SecondCount[];
  forgetBefore(second: number): void;
  /** Seconds whose lines had to be forgotten early for lack of room: read again, they come again. */
  evicted(): number;
}

interface Bucket {
  /** Lines that queries brought and whose fingerprints are here. */
  queried: number;
  /** Lines that queries brought earlier, known by number only. */
  countOnly: number;
  settledAt: number | undefined;
  prints: Fingerprints | undefined;
}

const linesIn = (bucket: Bucket | undefined): number =>
  bucket === undefined ? 0 : bucket.queried + bucket.countOnly;

/** Holds 4 million lines in 32 MB. */
const defaultSlots = 4 * 1024 * 1024;

/** Which lines of the last time have been evaluated. Bounded by `mostSlots`, eight bytes each. */
export const createSeen = (mostSlots = defaultSlots): Seen => {
  const buckets = new Map<number, Bucket>();
  let changed = new Set<number>();
  let slots = 0;
  let evicted = 0;

  const bucketOf = (second: number): Bucket => {
    const known = buckets.get(second);
    if (known !== undefined) return known;
    const bucket: Bucket = { queried: 0, countOnly: 0, settledAt: undefined, prints: undefined };
    buckets.set(second, bucket);
    return bucket;
  };

  const makeRoom = (): void => {
    if (slots <= mostSlots) return;
    const full = [...buckets].filter(([, { prints }]) => prints !== undefined).sort(([a], [b]) => a - b);
    for (const [, bucket] of full.slice(0, -1)) {
      slots -= bucket.prints?.slots() ?? 0;
      bucket.prints = undefined;
      bucket.countOnly = linesIn(bucket);
      bucket.queried = 0;
      evicted += 1;
      // Some more than needed, so that the next line does not sort again.
      if (slots <= mostSlots * 0.9) return;
    }
  };

  const noteIn = (bucket: Bucket, line: LokiLine, via: Via): Via | 'nothing' => {
    const prints = bucket.prints ?? createFingerprints();
    const before = bucket.prints === undefined ? 0 : prints.slots();
    bucket.prints = prints;
    const known = prints.note(fingerprintOf(line), via);
    slots += prints.slots() - before;
    return known;
  };

  return {
    note: (line, via) => {
      const second = secondOf(line.ns);
      const bucket = bucketOf(second);
      const known = noteIn(bucket, line, via);
      if (via === 'query' && known !== 'query') {
        bucket.queried += 1;
        changed.add(second);
      }
      makeRoom();
      return known === 'nothing';
    },
    agrees: (second, counted) => {
      const bucket = buckets.get(second);
      return counted === (bucket?.settledAt ?? linesIn(bucket));
    },
    reread: (second) => {
      const bucket = buckets.get(second);
      if (bucket === undefined || bucket.countOnly === 0) return false;
      bucket.countOnly = 0;
      changed.add(second);
      return true;
    },
    settle: (second, counted) => {
      const bucket = bucketOf(second);
      bucket.settledAt = counted === linesIn(bucket) ? undefined : counted;
    },
    restore: (counts) => {
      for (const { second, lines } of counts) bucketOf(second).countOnly = lines;
    },
    takeChanges: () => {
      const changes = [...changed].sort((a, b) => a - b);
      changed = new Set();
      return changes.map((second) => ({ second, lines: linesIn(buckets.get(second)) }));
    },
    forgetBefore: (limit) => {
      for (const [second, bucket] of buckets) {
        if (second >= limit) continue;
        slots -= bucket.prints?.slots() ?? 0;
        buckets.delete(second);
        changed.delete(second);
      }
    },
    evicted: () => evicted,
  };
};
