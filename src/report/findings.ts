import type { Told } from '../alert.ts';
import type { Finding, Severity } from '../finding.ts';
import { formatRfc3339 } from '../time.ts';
import { type Html, html, visibleText } from './html.ts';
import { badge, clock, count, section, table } from './parts.ts';
import type { ReportInput } from './report.ts';

/** Without the script the gravest findings are here all the same. */
const STATIC = 100;

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

const STATES = ['new', 'raised', 'repeat'] as const;

export const renderFindings = ({ tolds, rules }: ReportInput): Html => {
  const gravest = SEVERITIES.flatMap((severity) =>
    tolds.filter(({ finding }) => finding.severity === severity).slice(0, STATIC),
  ).slice(0, STATIC);
  const rows = gravest.map(({ finding }) => [
    clock(finding.time),
    badge(finding.severity),
    finding.rule,
    html`${finding.summary}${evidence(finding)}`,
  ]);
  const columns = [{ name: 'Time (UTC)' }, { name: 'Severity' }, { name: 'Rule' }, { name: 'What happened' }];
  return section(
    'findings',
    'Findings',
    'All of them, with their evidence.',
    html`<form id="filter" hidden role="search" aria-label="Search the findings">
<label>Search <input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="name, address, object, evidence, id"></label>
<label>Rule <select id="rule"><option value="">all</option>${rules.map(({ code, title }) => html`<option value="${code}">${code} ${title}</option>`)}</select></label>
<fieldset><legend>Severity</legend>${SEVERITIES.map((severity) => html`<label><input type="checkbox" name="severity" value="${severity}" checked> ${severity}</label>`)}</fieldset>
<label>From <input type="text" id="from" inputmode="numeric" autocomplete="off" placeholder="2026-05-12 08:00"></label>
<label>To <input type="text" id="to" inputmode="numeric" autocomplete="off" placeholder="2026-05-12 18:00"></label>
<button type="reset">Clear</button>
</form>
<p id="result" class="lead" role="status">${count(gravest.length)} of ${count(tolds.length)} shown, the gravest first.</p>
<div id="list">${table('All findings', columns, rows)}</div>
<nav id="pages" hidden aria-label="Pages of findings"><button type="button" id="previous">Previous</button><span id="page"></span><button type="button" id="next">Next</button></nav>`,
  );
};

const evidence = ({ evidence: lines }: Finding): Html =>
  html`<details><summary>Evidence</summary>${lines.map(({ file, line, text }) => html`<pre>${file}:${line} ${text}</pre>`)}</details>`;

/** Texts once, and rows of their numbers: findings say the same words again and again. */
export const findingsData = (tolds: readonly Told[]): unknown => {
  const strings: string[] = [];
  const known = new Map<string, number>();
  const intern = (text: string | undefined): number => {
    const wanted = text ?? '';
    const at = known.get(wanted);
    if (at !== undefined) return at;
    known.set(wanted, strings.length);
    return strings.push(visibleText(wanted)) - 1;
  };
  const rows = tolds.map(({ finding, alert }) => [
    finding.time === undefined ? null : Math.floor(finding.time / 1000),
    SEVERITIES.indexOf(finding.severity),
    intern(finding.rule),
    intern(finding.summary),
    intern(finding.actor),
    intern(finding.peer),
    intern(finding.zones.join(', ')),
    intern(finding.object),
    intern(finding.stream),
    intern(finding.outcome),
    finding.verified ? 1 : 0,
    finding.count,
    STATES.indexOf(alert.state),
    finding.id,
    finding.evidence.map(({ time, file, line, text }) => [
      time === undefined ? null : formatRfc3339(time),
      intern(file),
      line,
      intern(text),
    ]),
  ]);
  return { strings, rows };
};
