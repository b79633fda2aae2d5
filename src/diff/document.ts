import type { Finding, Severity } from '../finding.ts';
import type { Changed, Comparison, DayChange, RuleChange } from './compare.ts';
import type { ToldAlert } from './side.ts';

/** How a form of output writes the parts of a comparison. Texts of the log reach it unescaped. */
export interface Form {
  heading(level: 1 | 2, text: string): readonly string[];
  /** `said` comes from the log and goes before the text. */
  paragraph(text: string, said?: string): readonly string[];
  table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[];
  /** A finding: `+` new, `-` gone, `~` changed. */
  finding(mark: '+' | '-' | '~', finding: Finding, note: string): readonly string[];
}

/** Findings shown of each kind and rule. */
const SHOWN = 50;

/** A comparison as lines, in the form given. */
export const renderComparison = (comparison: Comparison, form: Form): readonly string[] => {
  const { rules, days, same } = comparison;
  if (rules.length === 0)
    return form.paragraph(`No difference: both tell the same ${plural(same, 'finding')}.`);
  return [
    ...form.heading(1, 'What the change does'),
    ...form.table(
      ['Rule', '', 'New findings', 'Gone', 'Changed', 'New alerts', 'Gone', 'Changed'],
      rules.map(({ rule, title, findings, alerts }) => [
        rule,
        title,
        ...[findings, alerts].flatMap(({ added, removed, changed }) =>
          [added, removed, changed].map((list) => String(list.length)),
        ),
      ]),
    ),
    ...form.paragraph(`${plural(same, 'finding')} unchanged.`),
    ...form.heading(2, 'Alerts each day'),
    ...form.table(['Day', 'Before', 'After'], days.map(dayRow)),
    ...rules.flatMap((rule) => renderRule(rule, form)),
  ];
};

const dayRow = ({ day, before, after }: DayChange): readonly string[] => [day, counts(before), counts(after)];

const counts = (by: Readonly<Record<Severity, number>>): string =>
  (['critical', 'warning', 'info'] as const)
    .filter((severity) => by[severity] > 0)
    .map((severity) => `${by[severity]} ${severity}`)
    .join(', ') || 'none';

const renderRule = ({ rule, title, findings, alerts }: RuleChange, form: Form): readonly string[] => [
  ...form.heading(2, `${rule} ${title}`),
  ...some(findings.added, (finding) => form.finding('+', finding, ''), form),
  ...some(findings.removed, (finding) => form.finding('-', finding, ''), form),
  ...some(
    findings.changed.filter(isWeighty),
    ({ before, after, what }) => form.finding('~', after, `${what.join(', ')} changed${from(before, after)}`),
    form,
  ),
  ...reworded(findings.changed.filter((change) => !isWeighty(change)).length, form),
  ...some(alerts.changed, (change) => form.paragraph(describeAlert(change), change.after.summary), form),
];

const isWeighty = ({ what }: Changed<Finding>): boolean =>
  what.includes('severity') || what.includes('verified');

const reworded = (count: number, form: Form): readonly string[] =>
  count === 0
    ? []
    : form.paragraph(`${plural(count, 'finding')} told in other words, or with another alert key.`);

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const from = (before: Finding, after: Finding): string =>
  before.severity === after.severity ? '' : `: it was ${before.severity}`;

const describeAlert = ({ before, after, what }: Changed<ToldAlert>): string =>
  `alert changed, ${what
    .map((name) => {
      if (name === 'severity') return `${before.severity} became ${after.severity}`;
      if (name === 'count')
        return `${plural(before.findings.length, 'finding')} became ${after.findings.length}`;
      return 'grouped by another key';
    })
    .join(', ')}.`;

const some = <T>(
  list: readonly T[],
  render: (item: T) => readonly string[],
  form: Form,
): readonly string[] => [
  ...list.slice(0, SHOWN).flatMap(render),
  ...(list.length > SHOWN ? form.paragraph(`And ${list.length - SHOWN} more.`) : []),
];
