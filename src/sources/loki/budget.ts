import { backoffMs } from '../../backoff.ts';
import type { Clock } from '../../clock.ts';

/** `live` goes first and never waits for bytes; `background` (backfill, sweeps) takes what is left, half at most. */
export type Lane = 'live' | 'background';

export interface BudgetOptions {
  /** Queries at once, over all sources of one Loki. */
  readonly concurrency: number;
  /** Queries a minute, over all sources of one Loki; a tenth of a minute's may come at once. */
  readonly perMinute: number;
  /** Answer bytes a second that background queries may cause on average. */
  readonly backgroundBytesPerSecond: number;
}

export const defaultBudget: BudgetOptions = {
  concurrency: 4,
  perMinute: 600,
  backgroundBytesPerSecond: 32 * 1024 * 1024,
};

/** Keeps us from harming the Loki that we read: one for all sources of one Loki. */
export interface QueryBudget {
  /** Waits for a place. Call the result when the query is over, with the bytes that its answer had. */
  enter(lane: Lane, signal: AbortSignal): Promise<(bytes: number) => void>;
  /** Loki said that it has too much to do: everybody waits, longer each time in a row. */
  overloaded(): void;
  /** Loki answered as usual. */
  wellServed(): void;
}

interface Waiting {
  readonly lane: Lane;
  readonly proceed: () => void;
}

const overloadDelay = { firstMs: 1_000, mostMs: 30_000 };

export const createBudget = (options: BudgetOptions, clock: Clock): QueryBudget => {
  let running = 0;
  let queue: readonly Waiting[] = [];
  let overloads = 0;
  let quietUntil = 0;
  let backgroundFreeAt = 0;
  const everyMs = 60_000 / options.perMinute;
  const burstMs = 6_000;
  /** When the queries let in so far will have had their turn: behind the present is credit. */
  let spentUntil = 0;

  /** The moment at which the next query of a lane may go. */
  const nextTurn = (lane: Lane): number => {
    const credit = lane === 'live' ? burstMs : burstMs / 2;
    return spentUntil + everyMs - credit;
  };
  const spend = (): void => {
    spentUntil = Math.max(spentUntil, clock.now()) + everyMs;
  };

  const release = (): void => {
    const next = queue.find((waiting) => waiting.lane === 'live') ?? queue[0];
    if (next === undefined) {
      running -= 1;
      return;
    }
    queue = queue.filter((waiting) => waiting !== next);
    next.proceed();
  };

  const takePlace = (lane: Lane, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (running < options.concurrency) {
        running += 1;
        resolve();
        return;
      }
      const leave = (): void => {
        queue = queue.filter((waiting) => waiting !== entry);
        reject(signal.reason);
      };
      const entry: Waiting = {
        lane,
        proceed: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      queue = [...queue, entry];
    });

  const waitUntil = async (time: () => number, signal: AbortSignal): Promise<void> => {
    for (let left = time() - clock.now(); left > 0; left = time() - clock.now()) {
      await clock.sleep(left, signal);
      signal.throwIfAborted();
    }
  };

  return {
    enter: async (lane, signal) => {
      signal.throwIfAborted();
      if (lane === 'background') await waitUntil(() => backgroundFreeAt, signal);
      await waitUntil(() => Math.max(quietUntil, nextTurn(lane)), signal);
      spend();
      await takePlace(lane, signal);
      let open = true;
      return (bytes) => {
        if (!open) return;
        open = false;
        if (lane === 'background') {
          const cost = (bytes / options.backgroundBytesPerSecond) * 1_000;
          backgroundFreeAt = Math.max(backgroundFreeAt, clock.now()) + cost;
        }
        release();
      };
    },
    overloaded: () => {
      overloads += 1;
      quietUntil = Math.max(quietUntil, clock.now() + backoffMs(overloadDelay, overloads, clock.random()));
    },
    wellServed: () => {
      overloads = 0;
    },
  };
};
