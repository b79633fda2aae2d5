import { setTimeout as wait } from 'node:timers/promises';

/** The wall clock of sources and delivery, so that tests can own time. The core never sees one. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(millis: number, signal: AbortSignal): Promise<void>;
  /** A number from 0 to 1, for spreading retries. */
  random(): number;
}

export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: async (millis, signal) => {
    try {
      await wait(millis, undefined, { signal });
    } catch {
      // Aborted: the caller looks at its signal.
    }
  },
  random: () => Math.random(),
};
