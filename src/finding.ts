import type { Micros, Outcome } from './event.ts';

export type Severity = 'info' | 'warning' | 'critical';

const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

/** Negative when `a` is milder than `b`. */
export const compareSeverity = (a: Severity, b: Severity): number => RANK[a] - RANK[b];

/** One line that a finding rests on. `text` is redacted and shows the fields that the rule declares. */
export interface Evidence {
  readonly time: Micros | undefined;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A rule fired. Printed by `finding-json.ts` in the stable form of schema version 1. */
export interface Finding {
  /** Hash of rule and evidence (stream, time, text): the same logs give the same ids in every run. */
  readonly id: string;
  readonly rule: string;
  /** Which branch of the rule: `K5.delete`. */
  readonly branch: string;
  readonly title: string;
  readonly severity: Severity;
  /** False when the log does not hold what the rule would need to be sure; `summary` then says what is missing. */
  readonly verified: boolean;
  readonly outcome: Outcome;
  readonly time: Micros | undefined;
  readonly stream: string;
  readonly source: { readonly file: string; readonly line: number };
  readonly actor: string | undefined;
  readonly peer: string | undefined;
  /** Names of the zones that hold `peer`. */
  readonly zones: readonly string[];
  readonly object: string | undefined;
  /** Kubernetes namespace, where there is one. */
  readonly namespace: string | undefined;
  /** Events behind the finding: 1, or the count that crossed the threshold. */
  readonly count: number;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** The alert key: rule and the fields that the rule declares (actor and object by default). */
  readonly key: string;
  /** Input order, for ties of `time`. */
  readonly sequence: number;
}
