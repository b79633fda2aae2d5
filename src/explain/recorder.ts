import type { Decision, Observer } from '../engine/observer.ts';
import type { Event } from '../event.ts';

/** Keeps the events that are asked about, and what the engine decided on them. */
export interface Recorder {
  readonly observer: Observer;
  readonly taken: readonly { readonly event: Event; readonly decisions: readonly Decision[] }[];
}

/** An EventList line may hold thousands of events. */
const MOST = 20;

export const createRecorder = (isWanted: (event: Event, sequence: number) => boolean): Recorder => {
  const taken: { readonly event: Event; readonly decisions: Decision[] }[] = [];
  const bySequence = new Map<number, Decision[]>();
  return {
    taken,
    observer: {
      took(event, sequence) {
        if (taken.length >= MOST || !isWanted(event, sequence)) return;
        const decisions: Decision[] = [];
        taken.push({ event, decisions });
        bySequence.set(sequence, decisions);
      },
      settled: (decision) => bySequence.get(decision.sequence)?.push(decision),
    },
  };
};
