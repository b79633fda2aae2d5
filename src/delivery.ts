import { type Accepted, type Batch, createIntake } from './alerts/intake.ts';
import { noSilences, type Silence } from './alerts/silences.ts';
import type { Clock } from './clock.ts';
import type { Env } from './config/env.ts';
import type { Settings } from './config/schema.ts';
import { type Loop, startLoop } from './loop.ts';
import { laneOfAlertmanager } from './sinks/alertmanager.ts';
import { type AlertmanagerStatus, createAlertmanagerHealth } from './sinks/alertmanager-health.ts';
import { type AlertmanagerLanes, startAlertmanagerLanes } from './sinks/alertmanager-lanes.ts';
import { settleHeld } from './sinks/alertmanager-resend.ts';
import { type Conditions, createConditions } from './sinks/conditions.ts';
import { putDigest } from './sinks/daily-digest.ts';
import type { DeliveryObserver, Lane, LaneStatus } from './sinks/deliver.ts';
import { createLinks } from './sinks/links.ts';
import { createPlan } from './sinks/plan.ts';
import { createRouting } from './sinks/routes.ts';
import { type SilenceStatus, type SilenceWatch, startSilenceWatch } from './sinks/silence-watch.ts';
import { laneOfChannel } from './sinks/slack.ts';
import { startSlackLanes } from './sinks/slack-lanes.ts';
import type { Store } from './state/store.ts';

/** What rules, sources and zones say about a finding; asked again for every message, so that a reload shows at once. */
export interface Surroundings {
  readonly quietPeriodMsOf: (rule: string) => number;
  /** `alertname` of a rule: see `alertName`. */
  readonly nameOf: (rule: string) => string;
  /** Log query of a stream, for links. */
  readonly selectorOf: (stream: string) => string | undefined;
  readonly runbookOf: (rule: string) => string | undefined;
  /** `laptop-3 of viktor`. */
  readonly nodeOf: (address: string) => string | undefined;
}

export interface DeliveryOptions {
  readonly settings: Pick<Settings, 'alertmanager' | 'slack' | 'grafana'>;
  readonly env: Env;
  readonly store: Store;
  readonly clock: Clock;
  readonly observer: DeliveryObserver;
  readonly surroundings: Surroundings;
}

export interface DeliveryStatus {
  readonly lanes: readonly LaneStatus[];
  readonly alertmanagers: readonly AlertmanagerStatus[];
  readonly silences: SilenceStatus | undefined;
  /** In force at this moment. */
  readonly muting: readonly Silence[];
  readonly heldAlerts: number;
}

/**
 * Alerts and everything behind them: findings go in, and Alertmanager and Slack are told, whatever happens in between.
 * At most one on a store at a time. For a new configuration close it and start another.
 */
export interface Delivery {
  /** Synchronous, one commit; see Intake. */
  accept(batch: Batch): Accepted;
  /** Troubles of the detector itself: told to Alertmanager while they last. */
  readonly conditions: Conditions;
  status(): DeliveryStatus;
  /** Sends what is due, for at most `graceMs`; what is left waits in the store for the next start. */
  close(graceMs: number): Promise<void>;
}

const HOUSEKEEPING_MS = 60_000;
const PRUNE_MS = 3_600_000;
/** Longer than any sensible quiet period: whether an alert goes on is decided in event time. */
const OPEN_MS = 7 * 86_400_000;
const FIRST_SILENCES_MS = 3_000;

export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { settings, store, clock, surroundings } = options;
  const conditions = createConditions();
  const health = createAlertmanagerHealth({
    urls: settings.alertmanager?.urls ?? [],
    store,
    clock,
    slackLane: settings.slack && laneOfChannel(settings.slack.channel),
  });
  const observer = tellingTroubles(options.observer, conditions, clock);
  const links = createLinks({
    ...surroundings,
    grafana: settings.grafana,
    alertmanagerUrl: settings.alertmanager?.urls[0],
  });
  const labels = { nameOf: surroundings.nameOf, configured: settings.alertmanager?.labels ?? {} };
  const intake = createIntake({
    store,
    hold: { labels, quietPeriodMsOf: surroundings.quietPeriodMsOf },
    plan: createPlan({
      alertmanagerLanes: (settings.alertmanager?.urls ?? []).map(laneOfAlertmanager),
      routing: settings.slack && createRouting(settings.slack.routes, settings.slack.channel),
    }),
  });
  const alertmanagers =
    settings.alertmanager &&
    startAlertmanagerLanes({
      ...options,
      settings: settings.alertmanager,
      observer,
      links,
      conditions,
      onRound: health.onRound,
    });
  let slack: readonly Lane[] = [];
  const watch =
    alertmanagers &&
    startWatch(alertmanagers, options, () => slack.forEach((lane) => void lane.reconsider()));
  // Otherwise everything that is muted would be told at every start.
  if (watch !== undefined) await settled(watch, clock);
  slack =
    settings.slack === undefined
      ? []
      : startSlackLanes({
          ...options,
          settings: settings.slack,
          observer,
          labels,
          quietPeriodMsOf: surroundings.quietPeriodMsOf,
          silences: (nowMs) => watch?.current(nowMs) ?? noSilences,
          context: { links, nodeOf: surroundings.nodeOf },
        });
  const lanes = [...(alertmanagers?.lanes ?? []), ...slack];
  const housekeeping = startHousekeeping(options, () => {
    for (const loop of alertmanagers?.resending ?? []) loop.wake();
    for (const lane of lanes) lane.wake();
  });
  return {
    accept: (batch) => {
      const accepted = intake.accept(batch);
      if (accepted.told.length > 0) for (const lane of lanes) lane.wake();
      return accepted;
    },
    conditions,
    status: () => ({
      lanes: lanes.map((lane) => lane.status()),
      alertmanagers: health.status(),
      silences: watch?.status(),
      muting: watch?.current(clock.now()).all ?? [],
      heldAlerts: store.held.size,
    }),
    close: async (graceMs) => {
      await Promise.all([housekeeping.close(), ...lanes.map((lane) => lane.close(graceMs))]);
      await Promise.all([watch?.close(), ...(alertmanagers?.resending ?? []).map((loop) => loop.close())]);
      for (const { access } of alertmanagers?.instances ?? []) access.close();
    },
  };
}

/** A Slack that takes nothing would go unnoticed: Alertmanager is told. */
function tellingTroubles(observer: DeliveryObserver, conditions: Conditions, clock: Clock): DeliveryObserver {
  const which = (lane: string) => ({ name: 'DetectorSinkBroken', labels: { sink: lane } });
  return {
    ...observer,
    blocked: (lane, reason) => {
      observer.blocked(lane, reason);
      const summary = `The detector can tell ${lane} nothing until somebody repairs it: ${reason}`;
      conditions.raise({ ...which(lane), severity: 'critical', summary }, clock.now());
    },
    recovered: (lane) => {
      observer.recovered(lane);
      conditions.clear(which(lane), clock.now());
    },
  };
}

function startWatch(
  { instances }: AlertmanagerLanes,
  { store, clock }: DeliveryOptions,
  onChange: () => void,
): SilenceWatch {
  return startSilenceWatch({ instances, table: store.silences, clock, onChange });
}

async function settled(watch: SilenceWatch, clock: Clock): Promise<void> {
  const answered = new AbortController();
  await Promise.race([watch.ready, clock.sleep(FIRST_SILENCES_MS, answered.signal)]);
  answered.abort();
}

function startHousekeeping({ settings, store, clock, observer }: DeliveryOptions, wake: () => void): Loop {
  let prunedMs = 0;
  const round = async (): Promise<void> => {
    const nowMs = clock.now();
    const { resolved, dropped } = settleHeld(store, nowMs);
    if (dropped > 0) observer.delivered('alertmanager', 'dropped', dropped, 'too many alerts are held');
    const digest =
      settings.slack !== undefined && putDigest(store, laneOfChannel(settings.slack.channel), nowMs);
    if (resolved.length > 0 || digest) wake();
    if (nowMs - prunedMs < PRUNE_MS) return;
    prunedMs = nowMs;
    store.alerts.closeIdle(nowMs - OPEN_MS);
    store.prune(nowMs);
  };
  return startLoop(round, { clock, everyMs: HOUSEKEEPING_MS, onError: (error) => observer.fatal(error) });
}
