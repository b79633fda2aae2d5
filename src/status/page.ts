import type { Micros } from '../event.ts';
import type { Finding, Severity } from '../finding.ts';
import { type Html, html } from '../report/html.ts';
import { assets, policyOf, renderPage } from '../report/page.ts';
import { badge, clock, count, section, table } from '../report/parts.ts';
import { formatRfc3339 } from '../time.ts';

/** What a running detector says about itself. Plain data; it holds no secret. */
export interface Status {
  readonly now: Micros;
  readonly started: Micros;
  readonly version: string;
  /** Hash or revision of the rules in force. */
  readonly rules: string;
  readonly ready: boolean;
  /** Alerts that were opened since midnight UTC. */
  readonly today: Readonly<Record<Severity, number>>;
  /** The newest first. */
  readonly recent: readonly Finding[];
  readonly streams: readonly StreamStatus[];
  readonly coverage: readonly {
    readonly rule: string;
    readonly title: string;
    readonly state: string;
    readonly why: string;
  }[];
  readonly silences: readonly {
    readonly id: string;
    readonly matchers: string;
    readonly until: Micros;
    readonly by: string;
    readonly reason: string;
  }[];
  /** One for each place that is told: Alertmanager, Slack. */
  readonly delivery: readonly SinkStatus[];
  readonly allowlists: readonly {
    readonly name: string;
    readonly entries: number;
    /** When it was read or last fetched; undefined while it never was. */
    readonly refreshed: Micros | undefined;
    readonly problem: string | undefined;
  }[];
}

export interface StreamStatus {
  readonly name: string;
  readonly lines: number;
  readonly lastEvent: Micros | undefined;
  readonly lagSeconds: number | undefined;
  /** Times that are not proven evaluated. */
  readonly gaps: readonly { readonly from: Micros; readonly to: Micros }[];
  readonly problem: string | undefined;
}

export interface SinkStatus {
  readonly name: string;
  readonly waiting: number;
  readonly oldestSeconds: number | undefined;
  readonly lastDelivered: Micros | undefined;
  readonly problem: string | undefined;
}

const SECTIONS = [
  ['today', 'Today'],
  ['streams', 'Streams'],
  ['coverage', 'Coverage'],
  ['silences', 'Silences'],
  ['delivery', 'Delivery'],
  ['allowlists', 'Allowlists'],
] as const;

/** The value of the header Content-Security-Policy for the page: what its own meta element says. */
export const statusPolicy = (): string => policyOf([assets.theme()], [assets.style()]);

/** The page that `run` serves at `/`. It needs no script; the one it has changes the colours. */
export const renderStatus = (status: Status): string =>
  renderPage({
    title: `${worries(status).length === 0 ? 'ok' : 'attention'} · detector`,
    sections: SECTIONS,
    scripts: [assets.theme()],
    styles: [],
    body: html`<h1>Status</h1>
<p class="lead">${clock(status.now)} UTC · running since ${clock(status.started)} · detector ${status.version} · rules ${status.rules}</p>
${renderWorries(worries(status))}
${renderToday(status)}
${renderStreams(status.streams, status.now)}
${renderCoverage(status.coverage)}
${renderSilences(status.silences)}
${renderDelivery(status.delivery)}
${renderAllowlists(status.allowlists, status.now)}`,
  });

/** Everything that keeps the detector from seeing or telling, in words. */
export const worries = ({ ready, streams, delivery, allowlists, coverage }: Status): readonly string[] => [
  ...(ready ? [] : ['not ready: it has not caught up yet']),
  ...streams.flatMap(({ name, problem, gaps }) => [
    ...(problem === undefined ? [] : [`stream ${name}: ${problem}`]),
    ...(gaps.length === 0 ? [] : [`stream ${name}: ${gaps.length} gaps that were not evaluated`]),
  ]),
  ...delivery.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`])),
  ...allowlists.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`allowlist ${name}: ${problem}`],
  ),
  ...coverage.filter(({ state }) => state === 'blind').map(({ rule, why }) => `${rule} is blind: ${why}`),
];

const renderWorries = (list: readonly string[]): Html =>
  list.length === 0
    ? html`<p><span class="state good">everything is well</span></p>`
    : html`<section aria-labelledby="worries"><h2 id="worries">Needs attention</h2><ul>${list.map((worry) => html`<li>${worry}</li>`)}</ul></section>`;

const renderToday = ({ today, recent }: Status): Html =>
  section(
    'today',
    'Today',
    'Alerts since midnight UTC, and the newest findings.',
    html`<ul class="cards"><li class="card critical"><strong>${count(today.critical)}</strong><span>critical</span></li><li class="card warning"><strong>${count(today.warning)}</strong><span>warnings</span></li><li class="card info"><strong>${count(today.info)}</strong><span>for information</span></li></ul>
${
  recent.length === 0
    ? html`<p class="lead">No finding yet.</p>`
    : table(
        'Newest findings',
        [{ name: 'Time (UTC)' }, { name: 'Severity' }, { name: 'Rule' }, { name: 'What happened' }],
        recent
          .slice(0, 20)
          .map(({ time, severity, rule, summary }) => [clock(time), badge(severity), rule, summary]),
      )
}`,
  );

const state = (problem: string | undefined, warning = false): Html =>
  problem !== undefined
    ? html`<span class="state bad">${problem}</span>`
    : warning
      ? html`<span class="state late">late</span>`
      : html`<span class="state good">ok</span>`;

/** `3 min`, for people. */
const age = (seconds: number | undefined): string => {
  if (seconds === undefined) return '–';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
};

const since = (time: Micros | undefined, now: Micros): string =>
  time === undefined ? 'never' : `${age(Math.max(0, now - time) / 1_000_000)} ago`;

const LATE_SECONDS = 300;

const renderStreams = (streams: readonly StreamStatus[], now: Micros): Html =>
  section(
    'streams',
    'Streams',
    'A gap is a time of which it is not proven that every line was evaluated.',
    table(
      'Streams with lag and gaps',
      [
        { name: 'Stream' },
        { name: 'State' },
        { name: 'Lines', number: true },
        { name: 'Lag', number: true },
        { name: 'Last event' },
        { name: 'Gaps' },
      ],
      streams.map(({ name, problem, lines, lagSeconds, lastEvent, gaps }) => [
        name,
        state(problem, lagSeconds !== undefined && lagSeconds > LATE_SECONDS),
        lines,
        age(lagSeconds),
        since(lastEvent, now),
        gaps
          .slice(0, 5)
          .map(({ from, to }) => `${formatRfc3339(from).slice(0, 19)} to ${formatRfc3339(to).slice(0, 19)}`)
          .join('; ') || 'none',
      ]),
    ),
  );

const STATE_CLASS: Readonly<Record<string, string>> = { blind: 'bad', ok: 'able', able: 'able' };

const renderCoverage = (rows: Status['coverage']): Html =>
  section(
    'coverage',
    'Coverage',
    'Whether each rule is able to fire on what it gets.',
    table(
      'Coverage of the rules',
      [{ name: 'Rule' }, { name: 'What' }, { name: 'State' }, { name: 'Why' }],
      rows.map(({ rule, title, state: says, why }) => [
        rule,
        title,
        html`<span class="state ${STATE_CLASS[says] ?? 'unseen'}">${says}</span>`,
        why,
      ]),
    ),
  );

const renderSilences = (silences: Status['silences']): Html =>
  section(
    'silences',
    'Silences in force',
    'Alerts that match are not told; they are counted all the same.',
    silences.length === 0
      ? html`<p class="lead">None.</p>`
      : table(
          'Silences',
          [{ name: 'Matches' }, { name: 'Until' }, { name: 'By' }, { name: 'Why' }],
          silences.map(({ matchers, until, by, reason }) => [matchers, clock(until), by, reason]),
        ),
  );

const renderDelivery = (sinks: readonly SinkStatus[]): Html =>
  section(
    'delivery',
    'Delivery',
    'What waits to be told, and since when.',
    table(
      'Sinks that are told',
      [
        { name: 'To' },
        { name: 'State' },
        { name: 'Waiting', number: true },
        { name: 'Oldest', number: true },
        { name: 'Last delivered' },
      ],
      sinks.map(({ name, problem, waiting, oldestSeconds, lastDelivered }) => [
        name,
        state(problem, oldestSeconds !== undefined && oldestSeconds > LATE_SECONDS),
        waiting,
        age(oldestSeconds),
        clock(lastDelivered),
      ]),
    ),
  );

const renderAllowlists = (lists: Status['allowlists'], now: Micros): Html =>
  section(
    'allowlists',
    'Allowlists',
    'A list that cannot be refreshed keeps its last good content.',
    table(
      'Age of the allowlists',
      [{ name: 'List' }, { name: 'State' }, { name: 'Entries', number: true }, { name: 'Refreshed' }],
      lists.map(({ name, problem, entries, refreshed }) => [
        name,
        state(problem),
        entries,
        since(refreshed, now),
      ]),
    ),
  );
