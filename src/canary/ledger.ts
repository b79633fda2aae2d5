import type { Canary } from './canary-line.ts';

/** Which canaries are on their way. Time is given; nothing is remembered for longer than it can matter. */
export interface CanaryLedger {
  sent(canary: Canary): void;
  /** Milliseconds that it took; undefined for one that was not sent from here (another replica), or came twice. */
  arrived(canary: Canary, nowMs: number): number | undefined;
  /** Streams whose newest canary that should be back is not, with the time of the first one missing in a row. */
  missing(nowMs: number): ReadonlyMap<string, number>;
}

const MOST = 1_000;

export const createCanaryLedger = (deadlineMs: number): CanaryLedger => {
  const open = new Map<string, Canary>();
  const missingSince = new Map<string, number>();
  return {
    sent(canary) {
      const [oldest] = open.keys();
      if (open.size >= MOST && oldest !== undefined) open.delete(oldest);
      open.set(canary.nonce, canary);
    },
    arrived({ nonce }, nowMs) {
      const own = open.get(nonce);
      if (own === undefined) return undefined;
      open.delete(nonce);
      const took = nowMs - own.sentMs;
      // A late one does not end an alarm: the next one has to be in time.
      if (took <= deadlineMs) {
        missingSince.delete(own.stream);
        // Those lost before it have been told.
        for (const [key, { stream, sentMs }] of open)
          if (stream === own.stream && sentMs < own.sentMs) open.delete(key);
      }
      return took;
    },
    missing(nowMs) {
      for (const { stream, sentMs } of open.values())
        if (nowMs - sentMs > deadlineMs && !missingSince.has(stream)) missingSince.set(stream, sentMs);
      return missingSince;
    },
  };
};
