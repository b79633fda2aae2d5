import type { Told } from '../alert.ts';
import type { Finding } from '../finding.ts';
import type { OutboxEntry } from '../state/outbox.ts';
import type { Store } from '../state/store.ts';
import { createGrouping } from './grouping.ts';
import { fingerprintOf, type HoldOptions, hold, release } from './held.ts';
import { type AlertRecord, growRecord, type NewEntities, newEntities, openRecord } from './record.ts';

/** What one finding changed, for whoever decides what must be told. */
export interface AlertChange {
  readonly record: AlertRecord;
  readonly told: Told;
  /** What the finding brought that its alert had not seen. */
  readonly fresh: NewEntities;
  /** No alert of this rule and actor was opened in the last day. */
  readonly first: boolean;
  /** Alerts at Alertmanager that this changed. */
  readonly fingerprints: readonly string[];
}

export interface Batch {
  readonly findings: readonly Finding[];
  /** Wall clock, when the lines were read. */
  readonly seenMs: number;
  /** What belongs into the same commit: the cursors of the lines behind the findings. */
  readonly also?: () => void;
}

export interface Accepted {
  /** The findings that are new, each with its alert. */
  readonly told: readonly Told[];
  /** Findings that an earlier run, or another line, has told already. */
  readonly known: number;
}

/** Takes findings in: once and for all, whatever happens to the process. */
export interface Intake {
  /**
   * One commit: findings, their alerts, what sinks must be told, cursors. When it throws (the disk is full), memory and
   * store disagree, and only a new start helps: nothing was told, and the lines are read again.
   */
  accept(batch: Batch): Accepted;
  /** Open alerts dropped at the limit so far. */
  readonly evicted: number;
}

export interface IntakeOptions {
  readonly store: Store;
  readonly hold: HoldOptions;
  /** What sinks must be told about a change. */
  readonly plan: (change: AlertChange) => readonly OutboxEntry[];
}

const DAY_MS = 86_400_000;
/** Alerts taken over from the last run; a finding of an older one opens a new alert. */
const MOST_RESTORED = 20_000;

export function createIntake({ store, hold: holdOptions, plan }: IntakeOptions): Intake {
  const restored = store.alerts.open(MOST_RESTORED).toReversed();
  const grouping = createGrouping({
    quietPeriodMsOf: holdOptions.quietPeriodMsOf,
    restored: restored.map(({ key, finding, count, severity, last }) => ({
      key,
      rule: finding.rule,
      count,
      severity,
      last,
    })),
  });

  const takeIn = (finding: Finding, nowMs: number): Told => {
    const told = { finding, alert: grouping.step(finding) };
    const change = recordChange(store, told, { nowMs, hold: holdOptions });
    store.findings.add({ finding, seenMs: nowMs, alert: change.record.id });
    for (const entry of plan(change)) store.outbox.put(entry, nowMs);
    return told;
  };

  return {
    accept: ({ findings, seenMs, also }) =>
      store.transaction(() => {
        const fresh = distinct(findings).filter(({ id }) => !store.findings.has(id));
        const told = fresh.map((finding) => takeIn(finding, seenMs));
        also?.();
        return { told, known: findings.length - fresh.length };
      }),
    get evicted() {
      return grouping.evicted;
    },
  };
}

const distinct = (findings: readonly Finding[]): readonly Finding[] => {
  const ids = new Set<string>();
  return findings.filter(({ id }) => !ids.has(id) && ids.add(id));
};

interface ChangeOptions {
  readonly nowMs: number;
  readonly hold: HoldOptions;
}

function recordChange(store: Store, told: Told, options: ChangeOptions): AlertChange {
  const { finding, alert } = told;
  const { nowMs } = options;
  const before = alert.state === 'new' ? undefined : store.alerts.openOf(finding.key);
  const first = before === undefined && store.alerts.isFirst(finding.rule, finding.actor, nowMs - DAY_MS);
  const record = before === undefined ? openRecord(told, nowMs) : growRecord(before, told, nowMs);
  if (before === undefined) store.alerts.close(finding.key);
  store.alerts.save(record);
  const fresh = before === undefined ? { peers: [], objects: [] } : newEntities(before, finding);
  const fingerprints = holdAt(store, { before, record, told }, options);
  return { record, told, fresh, first, fingerprints };
}

interface Step {
  readonly before: AlertRecord | undefined;
  readonly record: AlertRecord;
  readonly told: Told;
}

/** Keeps what Alertmanager is told in step; an alert that was raised leaves its old labels, which are then resolved. */
function holdAt(store: Store, { before, record, told }: Step, options: ChangeOptions): readonly string[] {
  const { labels } = options.hold;
  const fingerprint = fingerprintOf(record, labels);
  const stored = store.held.read(fingerprint);
  const held = stored?.resolvedMs === undefined ? stored?.held : undefined;
  const brought = told.alert.state === 'raised' || held === undefined;
  store.held.save(hold(held, { record, finding: told.finding, brought }, options.hold));
  const left = before === undefined ? fingerprint : fingerprintOf(before, labels);
  if (left === fingerprint) return [fingerprint];
  const old = store.held.read(left);
  if (old === undefined || old.resolvedMs !== undefined) return [fingerprint];
  const rest = release(old.held, record.id);
  if (rest === undefined) store.held.resolve(left, options.nowMs);
  else store.held.save(rest);
  return [fingerprint, left];
}
