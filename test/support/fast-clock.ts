import type { Clock } from '../../src/clock.ts';

export interface FastClock extends Clock {
  /** Moves time on, and wakes who slept until then, in order. Lets everything that follows happen. */
  advance(millis: number): Promise<void>;
  /** How many wait for their time. */
  readonly sleeping: number;
}

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** 2026-11-20T10:00:00Z, as in the findings of tests. */
export const START_MS = 1_795_168_800_000;

/** A clock that stands still unless told otherwise. */
export function createFastClock(startMs = START_MS): FastClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => nowMs,
    random: () => 0.5,
    sleep: (millis, signal) =>
      new Promise((resolve) => {
        if (signal.aborted || millis <= 0) {
          resolve();
          return;
        }
        const done = (): void => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const sleeper = { untilMs: nowMs + millis, wake: done };
        sleepers.add(sleeper);
        signal.addEventListener('abort', done, { once: true });
      }),
    get sleeping() {
      return sleepers.size;
    },
    advance: async (millis) => {
      const untilMs = nowMs + millis;
      for (;;) {
        const next = [...sleepers].sort((a, b) => a.untilMs - b.untilMs)[0];
        if (next === undefined || next.untilMs > untilMs) break;
        nowMs = Math.max(nowMs, next.untilMs);
        next.wake();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}

/** Requests to servers of this process need some turns of the event loop. */
async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}
