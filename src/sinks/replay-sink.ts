import type { Told } from '../alert.ts';
import type { ReplaySummary } from '../replay-summary.ts';

/** Where output goes. Never throws; what became of the text is the writer's business. */
export type Write = (text: string) => void;

/**
 * Shows findings of a replay. `tell` is called once a finding, in the order in which they are to appear; `end` once,
 * after the last. Both are synchronous and only call the `write` that the sink was made with.
 */
export interface ReplaySink {
  tell(told: Told): void;
  end(summary: ReplaySummary): void;
}
