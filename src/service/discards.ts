import type { Clock } from '../clock.ts';
import { SECOND } from '../event.ts';
import { type Loop, startLoop } from '../loop.ts';
import type { LokiConnection } from '../sources/loki/connection.ts';
import { type Discards, readDiscards } from '../sources/loki/discards.ts';
import { discarded } from '../watch/discards.ts';
import type { Observation } from '../watch/observation.ts';
import type { Logger } from './log.ts';

const EVERY_MS = 30_000;

export interface DiscardWatchOptions {
  readonly connection: LokiConnection;
  readonly tenant: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onDiscards: (observations: readonly Observation[]) => void;
}

/** Looks at Loki's own counters of discarded lines, where they can be reached. What was before the first look is past. */
export const watchDiscards = ({ connection, tenant, clock, log, onDiscards }: DiscardWatchOptions): Loop => {
  let before: Discards | undefined;
  let told = false;
  return startLoop(
    async (signal) => {
      const after = await readDiscards(connection, tenant, signal);
      const found = before === undefined ? [] : discarded(before, after, clock.now() * (SECOND / 1000));
      before = after;
      told = false;
      if (found.length > 0) onDiscards(found);
    },
    {
      clock,
      everyMs: EVERY_MS,
      onError: (error) => {
        if (!told) log.info({ err: error }, "Loki's counters of discarded lines cannot be reached");
        told = true;
      },
    },
  );
};
