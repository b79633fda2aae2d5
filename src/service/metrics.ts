import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RejectReason } from '../event.ts';
import type { Severity } from '../finding.ts';
import { version } from '../version.ts';

/** Label values are of bounded sets: streams and rules of the configuration, never an address or a name of a log. */
export interface Metrics {
  readonly registry: Registry;
  readonly linesRead: Counter<'stream'>;
  readonly lateLines: Counter<'stream'>;
  readonly rejects: Counter<'stream' | 'reason'>;
  readonly findings: Counter<'rule' | 'severity' | 'outcome'>;
  readonly streamLastEvent: Gauge<'stream'>;
  readonly streamLag: Gauge<'stream'>;
  readonly sourceUp: Gauge<'stream'>;
  readonly gapSeconds: Counter<'stream'>;
  readonly gapOpen: Gauge<'stream'>;
  readonly backfillLines: Counter<'stream'>;
  readonly batchSeconds: Histogram;
  readonly dropped: Counter<'reason'>;
  readonly allowlistRefresh: Gauge;
  readonly allowlistEntries: Gauge<'zone'>;
  readonly silences: Gauge;
  readonly alertmanagerUp: Gauge<'instance'>;
  readonly deliveries: Counter<'sink' | 'outcome'>;
  readonly slackUp: Gauge;
  readonly outboxDepth: Gauge<'lane'>;
  readonly outboxOldest: Gauge<'lane'>;
  readonly canaryLatency: Gauge<'stream'>;
  readonly canaryMissing: Gauge<'stream'>;
  readonly reloadSuccessful: Gauge;
  readonly reloadTime: Gauge;
}

export interface Known {
  readonly streams: readonly string[];
  readonly rules: readonly string[];
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];
export const FINDING_OUTCOMES = ['new', 'repeat', 'raised', 'known'] as const;
const REASONS: readonly RejectReason[] = [
  'not-json',
  'truncated',
  'oversized',
  'other-kind',
  'unknown-format',
  'bad-record',
];

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `detector_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `detector_${name}`, help, labelNames, registers });
  gauge('build_info', 'Always 1, labelled with the version.', ['version']).set({ version }, 1);
  return {
    registry,
    linesRead: counter('lines_read_total', 'Lines that were read.', ['stream']),
    lateLines: counter('late_lines_total', 'Lines that came behind what was already read.', ['stream']),
    rejects: counter('parse_errors_total', 'Lines that could not be decoded.', ['stream', 'reason']),
    findings: counter('findings_total', 'Findings, by what they are to their alert.', [
      'rule',
      'severity',
      'outcome',
    ]),
    streamLastEvent: gauge('stream_last_event_timestamp_seconds', 'Time of the newest event.', ['stream']),
    streamLag: gauge('stream_lag_seconds', 'How far the proven range lies behind the clock.', ['stream']),
    sourceUp: gauge('source_up', '1 while the source can be read.', ['stream']),
    gapSeconds: counter('gap_seconds_total', 'Seconds of outage that had to be read later.', ['stream']),
    gapOpen: gauge('gap_open_seconds', 'Seconds that are known to be unread.', ['stream']),
    backfillLines: counter('backfill_lines_total', 'Lines read to close gaps.', ['stream']),
    batchSeconds: new Histogram({
      name: 'detector_batch_seconds',
      help: 'Time to evaluate and store one batch.',
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
      registers,
    }),
    dropped: counter('dropped_total', 'What bounded memory had to give up.', ['reason']),
    allowlistRefresh: gauge(
      'allowlist_refresh_timestamp_seconds',
      'When Headscale last gave a good list.',
      [],
    ),
    allowlistEntries: gauge('allowlist_entries', 'Entries of a zone.', ['zone']),
    silences: gauge('silences_active', 'Silences in force.', []),
    alertmanagerUp: gauge('alertmanager_up', '1 while the instance takes alerts.', ['instance']),
    deliveries: counter('deliveries_total', 'Attempts to tell somebody.', ['sink', 'outcome']),
    slackUp: gauge('slack_up', '1 unless Slack refuses for good.', []),
    outboxDepth: gauge('outbox_depth', 'Messages that wait.', ['lane']),
    outboxOldest: gauge('outbox_oldest_seconds', 'Age of the oldest message that waits.', ['lane']),
    canaryLatency: gauge('canary_latency_seconds', 'How long the newest canary took to come back.', [
      'stream',
    ]),
    canaryMissing: gauge('canary_missing', '1 while canaries do not come back in time.', ['stream']),
    reloadSuccessful: gauge('config_last_reload_successful', '1 when the last reload was good.', []),
    reloadTime: gauge('config_last_reload_success_timestamp_seconds', 'When the last good reload was.', []),
  };
};

/** Series that exist before anything happens: an alert on a rate needs a zero to start from. */
export const registerZeroes = (metrics: Metrics, { streams, rules }: Known): void => {
  for (const stream of streams) {
    metrics.linesRead.inc({ stream }, 0);
    metrics.lateLines.inc({ stream }, 0);
    metrics.backfillLines.inc({ stream }, 0);
    metrics.gapSeconds.inc({ stream }, 0);
    metrics.gapOpen.set({ stream }, 0);
    for (const reason of REASONS) metrics.rejects.inc({ stream, reason }, 0);
  }
  for (const rule of rules) {
    for (const severity of SEVERITIES) {
      for (const outcome of FINDING_OUTCOMES) metrics.findings.inc({ rule, severity, outcome }, 0);
    }
  }
};
