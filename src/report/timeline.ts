import { formatRfc3339 } from '../time.ts';
import { type Html, html } from './html.ts';
import { section, table } from './parts.ts';
import type { ReportInput } from './report.ts';
import { opensAlert } from './tally.ts';

/** The chart is drawn by the script; the table says the same to everybody else. */
export const renderTimeline = ({ tolds }: ReportInput): Html => {
  const days = new Map<string, { critical: number; warning: number; info: number }>();
  for (const told of tolds.filter(opensAlert)) {
    const { time, severity } = told.finding;
    const day = time === undefined ? 'no time' : formatRfc3339(time).slice(0, 10);
    const counts = days.get(day) ?? { critical: 0, warning: 0, info: 0 };
    counts[severity]++;
    days.set(day, counts);
  }
  const rows = [...days].sort().map(([day, by]) => [day, by.critical, by.warning, by.info]);
  const columns = [
    { name: 'Day' },
    ...['Critical', 'Warning', 'Information'].map((name) => ({ name, number: true })),
  ];
  return section(
    'timeline',
    'Timeline',
    'Alerts by the time at which they began, in UTC. Drag over the chart to see the findings of that time.',
    html`<ul class="legend" aria-hidden="true"><li class="critical">critical</li><li class="warning">warning</li><li class="info">information</li></ul>
<div id="chart" role="img" aria-label="Alerts over time by severity; the table below has the numbers"></div>
<details><summary>Alerts each day as a table</summary>${table('Alerts each day', columns, rows)}</details>`,
  );
};
