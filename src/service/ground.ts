import type { Told } from '../alert.ts';
import type { Clock } from '../clock.ts';
import type { Env } from '../config/env.ts';
import type { Store } from '../state/store.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

/** What outlives a reload. */
export interface Ground {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly env: Env;
  /** Every finding that is new, with its alert. */
  readonly onTold: (told: Told) => void;
  /** Nothing can be relied on any more. */
  readonly onFatal: (error: unknown) => void;
}
