import type { Finding, Severity } from './finding.ts';

/**
 * Findings with the same key within a quiet period. The period slides: an alert stays open until nothing came for
 * that long. Severity only rises within an alert.
 */
export interface Alert {
  readonly key: string;
  /** `new`: opened by this finding. `raised`: the finding is graver than all before it. `repeat`: only the count grew. */
  readonly state: 'new' | 'raised' | 'repeat';
  /** Findings so far, this one included. */
  readonly count: number;
  readonly severity: Severity;
  /** The alert's severity before this finding; undefined when the finding opened it. */
  readonly before: Severity | undefined;
}

/** A finding with the alert that it belongs to: what sinks get. */
export interface Told {
  readonly finding: Finding;
  readonly alert: Alert;
}
