import { createBoundedCache } from '../bounded-cache.ts';
import type { Occurrence } from '../event.ts';

/**
 * Decides which line of an occurrence counts (see `Occurrence`). Lines that match a rule are remembered apart from
 * lines that only open a request, so that a flood of watches cannot push an exec session out of memory.
 */
export interface Occurrences {
  /** Every evaluated line that opens an occurrence or matches a rule, as it arrives. */
  note(occurrence: Occurrence, sequence: number, matched: boolean): void;
  /** Whether this line of the occurrence is the one that `rule` fires on; asked once a line, in time order. */
  claim(rule: string, occurrence: Occurrence, sequence: number): Claim;
  readonly evicted: number;
}

/** `another-line`: an earlier line of the request is evaluated instead. `fired-before`: the rule has had its line. */
export type Claim = 'granted' | 'another-line' | 'fired-before';

interface Seen {
  readonly order: number;
  readonly sequence: number;
}

export const createOccurrences = (capacity: number): Occurrences => {
  const opened = createBoundedCache<string, Seen>(capacity);
  const matched = createBoundedCache<string, Seen>(capacity);
  const claimed = createBoundedCache<string, true>(capacity);
  return {
    note({ counts, key, order }, sequence, isMatch) {
      if (counts !== 'first-line') return;
      const remembered = isMatch ? matched : opened;
      const seen = { order, sequence };
      remembered.set(key, earlier(remembered.get(key), seen) ?? seen);
    },
    claim(rule, { counts, key }, sequence) {
      if (counts === 'first-line') {
        const first = earlier(opened.get(key), matched.get(key));
        if (first !== undefined && first.sequence !== sequence) return 'another-line';
      }
      const claim = `${rule} ${key}`;
      if (claimed.get(claim) === true) return 'fired-before';
      claimed.set(claim, true);
      return 'granted';
    },
    get evicted() {
      return opened.evicted + matched.evicted + claimed.evicted;
    },
  };
};

const earlier = (a: Seen | undefined, b: Seen | undefined): Seen | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  return a.order < b.order || (a.order === b.order && a.sequence <= b.sequence) ? a : b;
};
