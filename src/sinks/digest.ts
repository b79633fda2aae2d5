import type { Finding } from '../finding.ts';
import type { AlertTally } from '../state/alert-table.ts';
import type { Store } from '../state/store.ts';

/** A day in one message: what was told, what was too mild to be told by itself, what silences hid. */
export interface Digest {
  readonly fromMs: number;
  readonly toMs: number;
  readonly tally: readonly AlertTally[];
  /** Some that were not told: mild or muted. */
  readonly examples: readonly Finding[];
  /** Silences that are in force, as people wrote them. */
  readonly silences: readonly {
    readonly id: string;
    readonly createdBy: string;
    readonly comment: string;
    readonly endsMs: number;
  }[];
}

const MOST_EXAMPLES = 8;

export function digestOf(store: Store, fromMs: number, toMs: number): Digest {
  const examples = store.alerts
    .openedBetween(fromMs, toMs, 500)
    .filter(({ severity }) => severity === 'info')
    .slice(0, MOST_EXAMPLES)
    .map(({ finding }) => finding);
  const silences = store.silences.all().filter(({ startsMs, endsMs }) => startsMs <= toMs && endsMs > toMs);
  return { fromMs, toMs, tally: store.alerts.tally(fromMs, toMs), examples, silences: silences.slice(0, 10) };
}
