import type { Clock } from './clock.ts';

/** Something that is done again and again until it is closed. */
export interface Loop {
  /** Does it now instead of after the pause. */
  wake(): void;
  /** Waits for the round that is going on; its signal is aborted. */
  close(): Promise<void>;
}

export interface LoopOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  /** Called for a round that rejects. The loop goes on. */
  readonly onError: (error: unknown) => void;
}

/** The first round begins at once, the next one `everyMs` after the last has ended. */
export function startLoop(round: (signal: AbortSignal) => Promise<void>, options: LoopOptions): Loop {
  const closed = new AbortController();
  let sleeping = new AbortController();
  let woken = false;
  const run = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      woken = false;
      await round(closed.signal).catch(options.onError);
      sleeping = new AbortController();
      if (!woken && !closed.signal.aborted) await options.clock.sleep(options.everyMs, sleeping.signal);
    }
  };
  const ended = run();
  const wake = (): void => {
    woken = true;
    sleeping.abort();
  };
  return {
    wake,
    close: async () => {
      closed.abort();
      wake();
      await ended;
    },
  };
}
