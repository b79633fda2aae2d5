import type { Event, Micros, Reject } from '../event.ts';
import type { Observation } from './observation.ts';

/**
 * Looks at one kind of trouble. Synchronous and bounded, without a clock of its own: `tick` is only called for live
 * streams. Everything is optional, for most look at one thing alone.
 */
export interface Monitor {
  event?(event: Event): readonly Observation[];
  reject?(reject: Reject): readonly Observation[];
  tick?(now: Micros): readonly Observation[];
  end?(): readonly Observation[];
}

export const NOTHING: readonly Observation[] = [];
