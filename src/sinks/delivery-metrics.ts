import { Counter, Gauge, type Registry } from 'prom-client';
import type { DeliveryStatus } from '../delivery.ts';
import type { DeliveryObserver } from './deliver.ts';

const OUTCOMES = ['ok', 'retry', 'permanent', 'unknown', 'muted', 'dropped'] as const;

/**
 * Counts deliveries and shows queues. Labels are bounded: lanes come from the configuration. `status` is asked at each
 * scrape; undefined while there is no delivery.
 */
export function createDeliveryMetrics(
  register: Registry,
  status: () => DeliveryStatus | undefined,
): Pick<DeliveryObserver, 'delivered'> {
  const delivered = new Counter({
    name: 'detector_deliveries_total',
    help: 'Messages by sink and what became of them. unknown: the answer was lost, so it may have come twice. dropped: gave way in a full queue.',
    labelNames: ['sink', 'outcome'],
    registers: [register],
  });
  const gauge = (
    name: string,
    help: string,
    value: (lane: DeliveryStatus['lanes'][number], nowMs: number) => number,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ['sink'],
      registers: [register],
      collect() {
        for (const lane of status()?.lanes ?? []) this.set({ sink: lane.lane }, value(lane, Date.now()));
      },
    });
  gauge('detector_outbox_depth', 'Messages that wait.', ({ waiting }) => waiting);
  gauge('detector_outbox_muted', 'Messages that a silence holds back.', ({ muted }) => muted);
  gauge('detector_outbox_oldest_seconds', 'Age of the oldest message that waits.', ({ oldestMs }, nowMs) =>
    oldestMs === undefined ? 0 : Math.max(0, (nowMs - oldestMs) / 1000),
  );
  gauge(
    'detector_sink_blocked',
    '1 while a sink takes nothing until somebody repairs something.',
    ({ blocked }) => (blocked === undefined ? 0 : 1),
  );
  serviceGauges(register, status);
  const known = new Set<string>();
  return {
    delivered: (lane, outcome, count) => {
      if (!known.has(lane)) {
        known.add(lane);
        for (const each of OUTCOMES) delivered.inc({ sink: lane, outcome: each }, 0);
      }
      delivered.inc({ sink: lane, outcome }, count);
    },
  };
}

function serviceGauges(register: Registry, status: () => DeliveryStatus | undefined): void {
  new Gauge({
    name: 'detector_alertmanager_up',
    help: '1 when the instance took everything in the last round.',
    labelNames: ['url'],
    registers: [register],
    collect() {
      for (const { url, up } of status()?.alertmanagers ?? []) this.set({ url }, up ? 1 : 0);
    },
  });
  new Gauge({
    name: 'detector_silences_known',
    help: 'Silences of Alertmanager that are not over, as last seen.',
    registers: [register],
    collect() {
      this.set(status()?.silences?.known ?? 0);
    },
  });
  new Gauge({
    name: 'detector_alerts_held',
    help: 'Alerts that Alertmanager is told every minute.',
    registers: [register],
    collect() {
      this.set(status()?.heldAlerts ?? 0);
    },
  });
}
