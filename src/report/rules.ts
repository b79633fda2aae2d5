import { type Html, html } from './html.ts';
import { badge, section, table } from './parts.ts';
import type { ReportInput } from './report.ts';
import { sparkline, totalOf } from './sparkline.ts';
import { groupBy, slotsOf } from './tally.ts';

export const renderRules = ({ tolds, rules, summary }: ReportInput): Html => {
  const groups = groupBy(tolds, ({ finding }) => finding.rule);
  const titles = new Map(rules.map(({ code, title }) => [code, title]));
  const quiet = rules.filter(({ code }) => groups.every(({ name }) => name !== code));
  const rows = groups.map(({ name, tolds: found, alerts, worst }) => {
    const slots = slotsOf(found, summary.range);
    const title = titles.get(name) ?? found[0]?.finding.title ?? '';
    const highest = Math.max(1, ...slots.map(totalOf));
    return [
      html`<span class="find" data-rule="${name}">${name}</span>`,
      title,
      badge(worst),
      alerts,
      found.length,
      sparkline(slots, highest, `${name} over time: at most ${highest} findings at once`),
    ];
  });
  const columns = [
    { name: 'Rule' },
    { name: 'What' },
    { name: 'Worst' },
    { name: 'Alerts', number: true },
    { name: 'Findings', number: true },
    { name: 'Over time' },
  ];
  const silent =
    quiet.length === 0
      ? undefined
      : html`<p class="lead">Did not fire: ${quiet.map(({ code }) => code).join(', ')}. Whether they could have: see Coverage.</p>`;
  return section(
    'rules',
    'Rules',
    'Each with its own scale, over the time of the whole report.',
    html`${table('Findings by rule', columns, rows)}${silent}`,
  );
};
