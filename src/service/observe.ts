import type { Told } from '../alert.ts';
import type { TailnetStatus } from '../headscale/tailnet.ts';
import type { Step } from '../pipeline.ts';
import type { DeliveryObserver } from '../sinks/deliver.ts';
import type { Stretch } from '../sources/live.ts';
import { formatRfc3339 } from '../time.ts';
import type { Ground } from './ground.ts';
import type { Metrics } from './metrics.ts';
import { isEssential } from './stream-status.ts';

/** A finding that is new, in the log and the metrics. */
export const observeTold = (
  { finding, alert }: Told,
  { log, metrics }: Pick<Ground, 'log' | 'metrics'>,
): void => {
  const { id, rule, severity, stream, actor, peer, summary } = finding;
  metrics.findings.inc({ rule, severity, outcome: alert.state });
  log.info(
    { id, rule, severity, stream, actor, peer, alert: alert.state, count: alert.count, summary },
    'finding',
  );
};

/** What happened to one event of a source, in the log and the metrics. */
export const observeStep = (
  step: Step,
  lateFindings: number,
  { log, metrics }: Pick<Ground, 'log' | 'metrics'>,
): void => {
  const { source: stream, event, seconds } = step;
  switch (event.type) {
    case 'lines':
      metrics.batchSeconds.observe(seconds);
      metrics.linesRead.inc({ stream }, event.items.length);
      if (event.origin === 'late') metrics.lateLines.inc({ stream }, event.items.length);
      if (event.origin === 'backfill') metrics.backfillLines.inc({ stream }, event.items.length);
      return;
    case 'checkpoint':
      metrics.sourceUp.set({ stream }, 1);
      return;
    case 'gap-opened':
      metrics.gapSeconds.inc({ stream }, secondsOf(event.gap));
      metrics.gapOpen.inc({ stream }, secondsOf(event.gap));
      log.warn({ stream, ...timesOf(event.gap) }, 'a gap is known: it is read while fresh lines go on');
      return;
    case 'gap-closed':
      metrics.gapOpen.dec({ stream }, secondsOf(event.gap));
      log.info({ stream, ...timesOf(event.gap), lines: event.lines, lateFindings }, 'the gap is closed');
      return;
    case 'trouble':
      if (isEssential(event.part)) metrics.sourceUp.set({ stream }, 0);
      log.warn(
        {
          stream,
          part: event.part,
          reason: event.reason,
          failures: event.failures,
          retryInMs: event.retryInMs,
        },
        'cannot read',
      );
      return;
    case 'recovered':
      if (isEssential(event.part)) metrics.sourceUp.set({ stream }, 1);
      log.info({ stream, part: event.part, afterMs: event.afterMs }, 'reading again');
      return;
    case 'unreadable':
      metrics.dropped.inc({ reason: 'unreadable' });
      log.error({ stream, reason: event.reason }, 'lines cannot be read');
  }
};

const secondsOf = ({ from, to }: Stretch): number => Number((to - from) / 1_000_000n) / 1000;

const timesOf = ({ from, to }: Stretch): { readonly from: string; readonly to: string } => ({
  from: formatRfc3339(Number(from / 1000n)),
  to: formatRfc3339(Number(to / 1000n)),
});

/** What becomes of messages, in the log and the metrics. */
export const observeDelivery = ({ log, metrics, onFatal }: Ground): DeliveryObserver => ({
  delivered(lane, outcome, count, reason) {
    metrics.deliveries.inc({ sink: kindOf(lane), outcome }, count);
    if (outcome === 'dropped') metrics.dropped.inc({ reason: 'outbox' }, count);
    if (outcome !== 'ok' && outcome !== 'muted') log.warn({ lane, outcome, count, reason }, 'not delivered');
  },
  blocked(lane, reason) {
    log.error({ lane, reason }, 'the sink takes nothing until this is repaired');
  },
  recovered(lane) {
    log.info({ lane }, 'the sink takes messages again');
  },
  fatal: onFatal,
});

const kindOf = (lane: string): string => lane.split(':')[0] ?? lane;

export const observeTailnet = ({ nodes, listedMs }: TailnetStatus, metrics: Metrics): void => {
  if (listedMs !== undefined) metrics.allowlistRefresh.set(listedMs / 1000);
  metrics.allowlistEntries.set({ zone: 'headscale' }, nodes);
};
