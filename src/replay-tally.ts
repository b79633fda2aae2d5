import type { Told } from './alert.ts';
import type { Reject, RejectReason } from './event.ts';
import type { Severity } from './finding.ts';
import type { BySeverity, RejectTally, RuleTally } from './replay-summary.ts';

/** Counts what a replay tells. Rules come in the order given, then those that only findings named. */
export interface ReplayTally {
  tell(told: Told): void;
  reject(reject: Reject): void;
  readonly rules: readonly RuleTally[];
  readonly rejects: RejectTally;
  /** The gravest severity so far, for `--fail-on`. */
  readonly gravest: Severity | undefined;
}

type Counts = Record<Severity, number>;

const none = (): Counts => ({ info: 0, warning: 0, critical: 0 });

const FIRST = 5;

interface Entry {
  readonly rule: string;
  readonly title: string;
  readonly findings: Counts;
  readonly alerts: Counts;
}

export function createReplayTally(
  rules: readonly { readonly code: string; readonly title: string }[],
): ReplayTally {
  const entries = new Map<string, Entry>();
  const entryOf = (rule: string, title: string): Entry => {
    const known = entries.get(rule);
    if (known !== undefined) return known;
    const entry = { rule, title, findings: none(), alerts: none() };
    entries.set(rule, entry);
    return entry;
  };
  for (const { code, title } of rules) entryOf(code, title);
  const rejects = {
    count: 0,
    byReason: {} as Partial<Record<RejectReason, number>>,
    first: [] as RejectTally['first'][number][],
  };

  return {
    tell({ finding, alert }) {
      const { findings, alerts } = entryOf(finding.rule, finding.title);
      findings[finding.severity] += 1;
      if (alert.state === 'repeat') return;
      alerts[alert.severity] += 1;
      if (alert.before !== undefined) alerts[alert.before] -= 1;
    },
    reject({ line, reason, detail }) {
      rejects.count += 1;
      rejects.byReason[reason] = (rejects.byReason[reason] ?? 0) + 1;
      if (rejects.first.length < FIRST)
        rejects.first.push({ file: line.file, line: line.number, reason, detail });
    },
    get rules() {
      return [...entries.values()];
    },
    rejects,
    get gravest() {
      const seen = [...entries.values()].map(({ findings }) => findings);
      return GRAVEST_FIRST.find((severity) => seen.some((findings: BySeverity) => findings[severity] > 0));
    },
  };
}

const GRAVEST_FIRST: readonly Severity[] = ['critical', 'warning', 'info'];
