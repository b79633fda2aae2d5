import type { Format, Micros, RejectReason } from './event.ts';
import type { Severity } from './finding.ts';

export type BySeverity = Readonly<Record<Severity, number>>;

/** What one rule did in a replay. Every rule that was loaded has one. */
export interface RuleTally {
  readonly rule: string;
  readonly title: string;
  readonly findings: BySeverity;
  /** By the severity that an alert reached in the end. */
  readonly alerts: BySeverity;
}

export interface RejectTally {
  readonly count: number;
  readonly byReason: Readonly<Partial<Record<RejectReason, number>>>;
  /** The first few, in input order. `detail` is untrusted text. */
  readonly first: readonly {
    readonly file: string;
    readonly line: number;
    readonly reason: RejectReason;
    readonly detail: string;
  }[];
}

/** What a replay saw, did and could not do. Plain data; `sinks/summary.ts` prints it. */
export interface ReplaySummary {
  readonly elapsedMs: number;
  readonly files: number;
  readonly lines: number;
  /** Bytes of input as read, after decompression. */
  readonly bytes: number;
  readonly events: number;
  readonly rejects: RejectTally;
  /** Largest resident size of the process. */
  readonly peakMemoryBytes: number;
  /** Times of the first and the last event; undefined when no event had one. */
  readonly range: { readonly first: Micros; readonly last: Micros } | undefined;
  readonly rules: readonly RuleTally[];
  /** Branches that could not have fired: a field that they require was never seen in a stream that was there. */
  readonly blind: readonly {
    readonly rule: string;
    readonly branch: string;
    readonly missing: readonly string[];
  }[];
  /** Rules for a stream that the input did not hold. */
  readonly notApplicable: readonly { readonly rule: string; readonly format: Format | undefined }[];
  /** What bounded memory or lateness cost; all 0 on an ordinary input. */
  readonly losses: Losses;
}

export interface Losses {
  /** Events older than the lateness allows: met by stateless rules, in no window. */
  readonly late: number;
  /** Counting windows dropped at the limit of keys. */
  readonly evictedWindows: number;
  /** Requests forgotten before they ended: a later line of one may be a second finding. */
  readonly evictedOccurrences: number;
  /** Open alerts dropped at the limit: a repeat may show as a new alert. */
  readonly evictedAlerts: number;
}
