import type { Severity } from '../finding.ts';
import type { BySeverity, ReplaySummary, RuleTally } from '../replay-summary.ts';
import { formatRfc3339 } from '../time.ts';
import type { Palette } from './colour.ts';
import { formatBytes, formatCount, formatDuration, formatRate } from './quantities.ts';
import { blindLines, notApplicableLines } from './summary-blind.ts';
import { fitTerminal, toTerminal, widthOf } from './terminal-text.ts';
import { wrapTerminal } from './wrap.ts';

export interface SummaryOptions {
  readonly columns: number;
  readonly palette: Palette;
}

const GRAVEST_FIRST: readonly Severity[] = ['critical', 'warning', 'info'];
/** Columns of the labels on the left. */
const LABEL = 10;
const MOST_REJECTS = 5;
/** With more quiet rules than this, names help nobody. */
const MOST_QUIET = 60;

/** What a replay says at its end: how much it read, what it could not read, what it found, what it could not have found. */
export function formatSummary(summary: ReplaySummary, { columns, palette }: SummaryOptions): string {
  const lines = [
    '',
    ...input(summary, columns),
    ...rejects(summary, columns, palette),
    ...losses(summary, columns),
    ...findings(summary, columns, palette),
    ...labelled('blind', blindLines(summary, columns - LABEL), palette.severity.warning),
    ...labelled('absent', notApplicableLines(summary, columns - LABEL)),
  ];
  return `${lines.join('\n')}\n`;
}

const plain = (text: string): string => text;

/** `label` left of the first line, the others below it. */
function labelled(label: string, lines: readonly string[], paint = plain): string[] {
  return lines.map((line, i) =>
    i === 0 ? `${paint(label.padEnd(LABEL))}${line}` : `${' '.repeat(LABEL)}${line}`,
  );
}

function input(summary: ReplaySummary, columns: number): string[] {
  const { elapsedMs, files, lines, bytes, events, range } = summary;
  const read = `${formatCount(lines, 'line')} (${formatBytes(bytes)}) of ${formatCount(files, 'file')}`;
  const speed = `${formatRate(lines, elapsedMs)} lines/s, ${formatBytes((bytes / Math.max(1, elapsedMs)) * 1000)}/s`;
  const cost = `${speed}, ${formatBytes(summary.peakMemoryBytes)} of memory`;
  const span = range === undefined ? '' : ` from ${minute(range.first)} to ${minute(range.last)} UTC`;
  return [
    ...labelled('read', wrapTerminal(`${read} in ${formatDuration(elapsedMs)}: ${cost}`, columns - LABEL, 3)),
    ...labelled('events', [`${formatCount(events)}${span}`]),
  ];
}

const minute = (time: number): string => formatRfc3339(time).slice(0, 19).replace('T', ' ');

function rejects({ rejects }: ReplaySummary, columns: number, palette: Palette): string[] {
  if (rejects.count === 0) return [];
  const reasons = Object.entries(rejects.byReason)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${formatCount(count)} ${reason}`);
  const shown = rejects.first.slice(0, MOST_REJECTS);
  const examples = shown.map(({ file, line, reason, detail }) =>
    palette.dim(fitTerminal(`${file}:${line}  ${reason}: ${detail}`, columns - LABEL)),
  );
  const rest = rejects.count - shown.length;
  if (rest > 0) examples.push(palette.dim(`and ${formatCount(rest)} more`));
  const head = wrapTerminal(
    `${formatCount(rejects.count, 'line')}: ${reasons.join(', ')}`,
    columns - LABEL,
    3,
  );
  return labelled('rejected', [...head, ...examples], palette.severity.warning);
}

function losses({ losses }: ReplaySummary, columns: number): string[] {
  const { late, evictedWindows, evictedOccurrences, evictedAlerts } = losses;
  const said = [
    late > 0 && `${formatCount(late, 'event')} too late for counting`,
    evictedWindows > 0 && `${formatCount(evictedWindows, 'counting window')} dropped`,
    evictedOccurrences > 0 && `${formatCount(evictedOccurrences, 'open request')} forgotten`,
    evictedAlerts > 0 && `${formatCount(evictedAlerts, 'open alert')} closed early`,
  ].filter((text) => text !== false);
  return said.length === 0 ? [] : labelled('limits', wrapTerminal(said.join(', '), columns - LABEL, 3));
}

function findings(summary: ReplaySummary, columns: number, palette: Palette): string[] {
  const fired = summary.rules.filter(({ findings }) => total(findings) > 0);
  const found = fired.reduce((sum, { findings }) => sum + total(findings), 0);
  const alerts = GRAVEST_FIRST.map(
    (severity) => [severity, fired.reduce((sum, rule) => sum + rule.alerts[severity], 0)] as const,
  ).filter(([, count]) => count > 0);
  const inAlerts = alerts.map(([severity, count]) =>
    palette.severity[severity](`${formatCount(count)} ${severity}`),
  );
  const count = alerts.reduce((sum, [, count]) => sum + count, 0);
  const head =
    found === 0 ? 'none' : `${formatCount(found)} in ${formatCount(count, 'alert')}: ${inAlerts.join(', ')}`;
  return [
    ...labelled('findings', [head, ...ruleTable(fired, columns - LABEL, palette)]),
    ...labelled('quiet', quiet(summary, columns - LABEL)),
  ];
}

/** `K2  12 critical, 2 info in 3 alerts  title`, aligned. */
function ruleTable(fired: readonly RuleTally[], columns: number, palette: Palette): string[] {
  const rows = fired.map(({ rule, title, findings, alerts }) => ({
    rule: fitTerminal(rule, 24),
    counts: GRAVEST_FIRST.filter((severity) => findings[severity] > 0)
      .map((severity) => `${formatCount(findings[severity])} ${severity}`)
      .join(', '),
    alerts: `in ${formatCount(total(alerts), 'alert')}`,
    title,
  }));
  const width = (column: 'rule' | 'counts' | 'alerts') =>
    Math.max(0, ...rows.map((row) => widthOf(row[column])));
  const widths = { rule: width('rule'), counts: width('counts'), alerts: width('alerts') };
  const room = columns - widths.rule - widths.counts - widths.alerts - 6;
  return rows.map(({ rule, counts, alerts, title }) =>
    [
      palette.bold(rule) + ' '.repeat(widths.rule - widthOf(rule)),
      counts.padEnd(widths.counts),
      alerts.padEnd(widths.alerts),
      room < 10 ? '' : palette.dim(fitTerminal(title, room)),
    ]
      .join('  ')
      .trimEnd(),
  );
}

/** Rules that looked and found nothing. */
function quiet({ rules, blind, notApplicable }: ReplaySummary, columns: number): readonly string[] {
  const others = new Set([...blind, ...notApplicable].map(({ rule }) => rule));
  const names = rules.filter(({ rule, findings }) => total(findings) === 0 && !others.has(rule));
  if (names.length === 0) return [];
  if (names.length > MOST_QUIET) return [`${formatCount(names.length, 'rule')} without findings`];
  return wrapTerminal(names.map(({ rule }) => toTerminal(rule)).join(' '), columns, MOST_QUIET);
}

const total = ({ info, warning, critical }: BySeverity): number => info + warning + critical;
