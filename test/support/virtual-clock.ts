import type { Clock } from '../../src/clock.ts';

export interface VirtualClock extends Clock {
  /** Lets time pass: everybody who sleeps wakes in turn, and what they start runs before the next one. */
  advance(millis: number): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Runs what is ready to run, promises and what they start, several deep. */
const settle = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) await new Promise((done) => setImmediate(done));
};

/** Time that passes only when a test says so. `random` is always one half. */
export const createVirtualClock = (start = 1_795_000_000_000): VirtualClock => {
  let now = start;
  let sleepers: readonly Sleeper[] = [];
  return {
    now: () => now,
    random: () => 0.5,
    sleep: (millis, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const wake = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { at: now + Math.max(millis, 0), wake };
        signal.addEventListener('abort', wake, { once: true });
        sleepers = [...sleepers, sleeper].sort((a, b) => a.at - b.at);
      }),
    advance: async (millis) => {
      const end = now + millis;
      await settle();
      for (let next = sleepers[0]; next !== undefined && next.at <= end; next = sleepers[0]) {
        now = Math.max(now, next.at);
        next.wake();
        await settle();
      }
      now = end;
    },
  };
};
