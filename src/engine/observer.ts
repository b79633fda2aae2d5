import type { Event } from '../event.ts';

/** Looks on while an engine works; changes nothing. */
export interface Observer {
  /** Every event, evaluated or not, as it comes. */
  took(event: Event, sequence: number): void;
  /** What became of a match, once it had its turn. */
  settled(decision: Decision): void;
}

/** What the engine made of an event that met a branch of a rule. */
export type Decision = {
  readonly rule: string;
  readonly branch: string;
  /** Of the event. */
  readonly sequence: number;
} & (
  | { readonly became: 'finding'; readonly id: string }
  /** One more in its window, which now holds this many; the threshold is not crossed. */
  | { readonly became: 'counted'; readonly inWindow: number }
  | { readonly became: 'another-line' | 'fired-before' }
);
