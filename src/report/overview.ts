import { version } from '../version.ts';
import { type Html, html } from './html.ts';
import { clock, count, plural } from './parts.ts';
import type { ReportInput } from './report.ts';
import { distinct, opensAlert } from './tally.ts';

const card = (value: string, name: string, kind = ''): Html =>
  html`<li class="card ${kind}"><strong>${value}</strong><span>${name}</span></li>`;

export const renderOverview = ({ tolds, summary }: ReportInput): Html => {
  const { range, lines, files, rejects, blind } = summary;
  const span =
    range === undefined ? 'no event had a time' : `${clock(range.first)} to ${clock(range.last)} UTC`;
  const of = (severity: string): number =>
    tolds.filter((told) => opensAlert(told) && told.finding.severity === severity).length;
  const blindRules = new Set(blind.map(({ rule }) => rule)).size;
  return html`<h1>Detection report</h1>
<p class="lead">${span} · ${plural(lines, 'line')} from ${plural(files, 'file')} · detector ${version}</p>
<section id="overview" aria-labelledby="overview-title"><h2 id="overview-title">Overview</h2>
<ul class="cards">
${card(count(of('critical')), 'critical alerts', 'critical')}
${card(count(of('warning')), 'warnings', 'warning')}
${card(count(of('info')), 'for information', 'info')}
${card(count(tolds.length), 'findings')}
${card(count(distinct(tolds, ({ finding }) => finding.actor).length), 'actors')}
${card(count(distinct(tolds, ({ finding }) => finding.peer).length), 'addresses')}
${card(count(blindRules), 'blind rules', blindRules > 0 ? 'attention' : '')}
${card(count(rejects.count), 'lines not read', rejects.count > 0 ? 'attention' : '')}
</ul></section>`;
};
