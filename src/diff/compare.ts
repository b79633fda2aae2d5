import type { Finding, Severity } from '../finding.ts';
import { formatRfc3339 } from '../time.ts';
import type { Side, ToldAlert } from './side.ts';

/** What a change of rules, configuration or allowlists does to what is told about the same logs. */
export interface Comparison {
  readonly rules: readonly RuleChange[];
  readonly days: readonly DayChange[];
  /** Findings that both sides tell alike. */
  readonly same: number;
}

export interface RuleChange {
  readonly rule: string;
  readonly title: string;
  readonly findings: Changes<Finding>;
  readonly alerts: Changes<ToldAlert>;
}

export interface Changes<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly Changed<T>[];
}

export interface Changed<T> {
  readonly before: T;
  readonly after: T;
  /** Names of what differs. */
  readonly what: readonly string[];
}

/** What #security would have seen on one day (UTC). */
export interface DayChange {
  readonly day: string;
  readonly before: Readonly<Record<Severity, number>>;
  readonly after: Readonly<Record<Severity, number>>;
}

export const compareSides = (before: Side, after: Side): Comparison => {
  const findings = compareFindings(before, after);
  const alerts = compareAlerts(before.alerts, after.alerts);
  const codes = new Set([...rulesIn(findings), ...rulesIn(alerts)]);
  const titles = new Map(
    [...before.findings.values(), ...after.findings.values()]
      .reverse()
      .map(({ rule, title }) => [rule, title]),
  );
  const changed = [...before.findings.keys()].filter((id) => after.findings.has(id)).length;
  return {
    rules: [...codes].sort(byCode).map((rule) => ({
      rule,
      title: titles.get(rule) ?? rule,
      findings: ofRule(findings, rule),
      alerts: ofRule(alerts, rule),
    })),
    days: compareDays(before.alerts, after.alerts),
    same: changed - findings.changed.length,
  };
};

export const isEmpty = ({ rules }: Comparison): boolean => rules.length === 0;

interface OfRule {
  readonly rule: string;
}

const rulesIn = ({ added, removed, changed }: Changes<OfRule>): readonly string[] =>
  [...added, ...removed, ...changed.map(({ after }) => after)].map(({ rule }) => rule);

const ofRule = <T extends OfRule>({ added, removed, changed }: Changes<T>, rule: string): Changes<T> => ({
  added: added.filter((each) => each.rule === rule),
  removed: removed.filter((each) => each.rule === rule),
  changed: changed.filter(({ after }) => after.rule === rule),
});

const byCode = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** What may differ while it is the same finding: rule and evidence make its id. */
const COMPARED = ['severity', 'verified', 'summary', 'branch', 'title', 'key', 'count'] as const;

const compareFindings = (before: Side, after: Side): Changes<Finding> => {
  const changed: Changed<Finding>[] = [];
  for (const [id, old] of before.findings) {
    const now = after.findings.get(id);
    if (now === undefined) continue;
    const what = COMPARED.filter((field) => old[field] !== now[field]);
    if (what.length > 0) changed.push({ before: old, after: now, what });
  }
  return {
    added: [...after.findings.values()].filter(({ id }) => !before.findings.has(id)),
    removed: [...before.findings.values()].filter(({ id }) => !after.findings.has(id)),
    changed,
  };
};

/** Alerts are the same when they have a finding in common; an alert that was split counts for its first part. */
const compareAlerts = (before: readonly ToldAlert[], after: readonly ToldAlert[]): Changes<ToldAlert> => {
  const holding = new Map(before.flatMap((alert) => alert.findings.map((id) => [id, alert] as const)));
  const paired = new Set<ToldAlert>();
  const added: ToldAlert[] = [];
  const changed: Changed<ToldAlert>[] = [];
  for (const now of after) {
    const old = now.findings
      .map((id) => holding.get(id))
      .find((alert) => alert !== undefined && !paired.has(alert));
    if (old === undefined) {
      added.push(now);
      continue;
    }
    paired.add(old);
    const what = [
      ...(old.severity === now.severity ? [] : ['severity']),
      ...(old.findings.length === now.findings.length ? [] : ['count']),
      ...(old.key === now.key ? [] : ['key']),
    ];
    if (what.length > 0) changed.push({ before: old, after: now, what });
  }
  return { added, removed: before.filter((alert) => !paired.has(alert)), changed };
};

const dayOf = ({ time }: ToldAlert): string =>
  time === undefined ? 'no time' : formatRfc3339(time).slice(0, 10);

const countBy = (alerts: readonly ToldAlert[], day: string): Record<Severity, number> => {
  const counts = { info: 0, warning: 0, critical: 0 };
  for (const alert of alerts) if (dayOf(alert) === day) counts[alert.severity]++;
  return counts;
};

const compareDays = (before: readonly ToldAlert[], after: readonly ToldAlert[]): readonly DayChange[] =>
  [...new Set([...before, ...after].map(dayOf))]
    .sort()
    .map((day) => ({ day, before: countBy(before, day), after: countBy(after, day) }));
