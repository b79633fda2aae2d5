import { type Html, html } from './html.ts';
import { badge, MOST_ROWS, more, searchable, section, table } from './parts.ts';
import type { ReportInput } from './report.ts';
import { sparkline, totalOf } from './sparkline.ts';
import { distinct, groupBy, slotsOf } from './tally.ts';

export const renderActors = ({ tolds, summary }: ReportInput): Html => {
  const groups = groupBy(tolds, ({ finding }) => finding.actor);
  const shown = groups.slice(0, MOST_ROWS);
  const slots = new Map(shown.map(({ name, tolds: found }) => [name, slotsOf(found, summary.range)]));
  const highest = Math.max(1, ...[...slots.values()].flat().map(totalOf));
  const rows = shown.map(({ name, tolds: found, alerts, worst }) => [
    searchable(name),
    distinct(found, ({ finding }) => finding.rule).join(', '),
    badge(worst),
    alerts,
    found.length,
    sparkline(slots.get(name) ?? [], highest, `${found.length} findings of this actor over time`),
  ]);
  const columns = [
    { name: 'Actor' },
    { name: 'Rules' },
    { name: 'Worst' },
    { name: 'Alerts', number: true },
    { name: 'Findings', number: true },
    { name: 'Over time' },
  ];
  return section(
    'actors',
    'Actors',
    'Who it was, all on one scale.',
    html`${table('Findings by actor', columns, rows)}${more(groups.length)}`,
  );
};
