import type { Told } from '../alert.ts';
import { type Micros, SECOND } from '../event.ts';
import type { Finding } from '../finding.ts';
import type { CountBranch, Rule } from '../rules/rule.ts';

/** One threshold and window of a count rule. */
export interface Setting {
  readonly threshold: number;
  readonly timespanMs: number;
}

/** What a setting would have told. */
export interface Swept extends Setting {
  readonly today: boolean;
  readonly alerts: number;
  readonly findings: number;
  /** Positives of today that it would not have told. */
  readonly lost: readonly Finding[];
}

export interface Sweep {
  /** The rule once for every setting, each with a code of its own, so that one reading serves all. */
  readonly rules: readonly Rule[];
  tell(told: Told): void;
  /** `isPositive`: which of today's findings are meant to be kept. */
  result(isPositive: (finding: Finding) => boolean): readonly Swept[];
}

const FACTORS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5];
const WINDOWS = [0.5, 1, 2, 5, 10];

const settingsAround = ({ threshold, timespanMs }: CountBranch): readonly Setting[] => {
  const thresholds = [...new Set(FACTORS.map((factor) => Math.max(1, Math.round(threshold * factor))))];
  const timespans = [
    ...new Set(WINDOWS.map((factor) => Math.max(1000, Math.round((timespanMs * factor) / 1000) * 1000))),
  ];
  return timespans.flatMap((span) => thresholds.map((limit) => ({ threshold: limit, timespanMs: span })));
};

/** The count branch of a rule; undefined for a rule that counts nothing. */
export const countBranchOf = (rule: Rule): CountBranch | undefined =>
  rule.branches.find((branch) => branch.kind === 'count');

const codeOf = ({ threshold, timespanMs }: Setting): string => `${threshold}/${timespanMs}`;

export const createSweep = (rule: Rule, count: CountBranch): Sweep => {
  const settings = settingsAround(count);
  const told = new Map<string, Told[]>(settings.map((setting) => [codeOf(setting), []]));
  const isToday = ({ threshold, timespanMs }: Setting): boolean =>
    threshold === count.threshold && timespanMs === count.timespanMs;
  return {
    rules: settings.map((setting) => variantOf(rule, count, setting)),
    tell: (each) => told.get(each.finding.rule)?.push(each),
    result(isPositive) {
      const today = settings.find(isToday);
      const positives = (today === undefined ? [] : (told.get(codeOf(today)) ?? []))
        .map(({ finding }) => finding)
        .filter(isPositive);
      return settings.map((setting) => {
        const found = told.get(codeOf(setting)) ?? [];
        const reach = Math.max(setting.timespanMs, count.timespanMs) * (SECOND / 1000);
        return {
          ...setting,
          today: isToday(setting),
          alerts: found.filter(({ alert }) => alert.state === 'new').length,
          findings: found.length,
          lost: positives.filter(
            (positive) => !found.some(({ finding }) => tellsOf(finding, positive, reach)),
          ),
        };
      });
    },
  };
};

/** Only the branch that counts, under a code that no other setting has. */
const variantOf = (rule: Rule, count: CountBranch, setting: Setting): Rule => ({
  ...rule,
  code: codeOf(setting),
  branches: rule.branches
    .filter((branch) => branch === count || count.of.includes(branch.name))
    .map((branch) =>
      branch.kind === 'count'
        ? { ...branch, ...setting, name: codeOf(setting) }
        : { ...branch, countedOnly: true },
    ),
});

/** The key without the rule's code, which is the setting's here. */
const subjectOf = ({ key }: Finding): string => key.slice(key.indexOf(','));

const tellsOf = (finding: Finding, positive: Finding, reach: Micros): boolean =>
  subjectOf(finding) === subjectOf(positive) &&
  finding.time !== undefined &&
  positive.time !== undefined &&
  Math.abs(finding.time - positive.time) <= reach;
