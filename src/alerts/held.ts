import type { Labels, Micros } from '../event.ts';
import { compareSeverity, type Finding } from '../finding.ts';
import { alertLabels, type LabelOptions, labelsFingerprint } from './labels.ts';
import { type AlertRecord, earliest, latest } from './record.ts';

/**
 * What Alertmanager is told: one for each distinct set of labels, which may take several of our alerts (other objects of
 * the same actor). It is held, that is sent again and again, until `heldUntilMs` and for a while after the first
 * Alertmanager has accepted it: Alertmanager forgets, and knows no alerts that are over when they come.
 */
export interface HeldAlert {
  readonly fingerprint: string;
  readonly labels: Labels;
  /** The gravest finding, the newest among equals. */
  readonly finding: Finding;
  readonly count: number;
  readonly first: Micros | undefined;
  readonly last: Micros | undefined;
  readonly findingIds: readonly string[];
  /** Our alerts that fire under these labels, at most a hundred. */
  readonly alerts: readonly string[];
  readonly openedMs: number;
  readonly changedMs: number;
  readonly heldUntilMs: number;
}

export interface HoldOptions {
  readonly labels: LabelOptions;
  readonly quietPeriodMsOf: (rule: string) => number;
}

const MOST_IDS = 100;
/** Longer than any sensible `group_wait`: an alert that ends before it is never notified. */
export const LEAST_HOLD_MS = 600_000;

export const fingerprintOf = (record: AlertRecord, options: LabelOptions): string =>
  labelsFingerprint(alertLabels(record.finding, record.severity, options));

/**
 * Adds `finding` of `record`, counted `before` times under the same labels. An alert that has just been raised brings
 * all its findings with it: its labels are new.
 */
export function hold(
  held: HeldAlert | undefined,
  {
    record,
    finding,
    brought,
  }: { readonly record: AlertRecord; readonly finding: Finding; readonly brought: boolean },
  { labels: labelOptions, quietPeriodMsOf }: HoldOptions,
): HeldAlert {
  const labels = alertLabels(record.finding, record.severity, labelOptions);
  const shown =
    held !== undefined && compareSeverity(held.finding.severity, finding.severity) > 0
      ? held.finding
      : finding;
  const ids = [...(held?.findingIds ?? []), ...(brought ? record.findingIds : [finding.id])];
  const nowMs = record.changedMs;
  return {
    fingerprint: labelsFingerprint(labels),
    labels,
    finding: shown,
    count: (held?.count ?? 0) + (brought ? record.count : 1),
    first: earliest(held?.first, brought ? record.first : finding.time),
    last: latest(held?.last, brought ? record.last : finding.time),
    findingIds: [...new Set(ids)].slice(0, MOST_IDS),
    alerts: [...new Set([...(held?.alerts ?? []), record.id])].slice(0, MOST_IDS),
    openedMs: held?.openedMs ?? nowMs,
    changedMs: nowMs,
    heldUntilMs: Math.max(
      held?.heldUntilMs ?? 0,
      nowMs + Math.max(LEAST_HOLD_MS, quietPeriodMsOf(finding.rule)),
    ),
  };
}

/** Without an alert that fires under other labels now; undefined when that was the last. */
export function release(held: HeldAlert, alert: string): HeldAlert | undefined {
  const alerts = held.alerts.filter((id) => id !== alert);
  return alerts.length === 0 ? undefined : { ...held, alerts };
}
