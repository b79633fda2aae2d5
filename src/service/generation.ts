import { lastValueFrom, tap } from 'rxjs';
import type { Told } from '../alert.ts';
import type { Assembled } from '../assemble.ts';
import type { Loaded } from '../commands/load.ts';
import type { SourceConfig } from '../config/config.ts';
import type { Stream } from '../decoders/router.ts';
import { type Delivery, type DeliveryStatus, startDelivery } from '../delivery.ts';
import { type Line, type Micros, SECOND } from '../event.ts';
import type { Finding } from '../finding.ts';
import { headscaleClientOf } from '../headscale/client.ts';
import { startTailnet, type Tailnet, type TailnetStatus } from '../headscale/tailnet.ts';
import { warnAboutTailnet } from '../headscale/warnings.ts';
import { pipeline, type Step } from '../pipeline.ts';
import { allowlistTrouble } from '../watch/allowlists.ts';
import { toEvent } from '../watch/watch.ts';
import { assembleLive } from './assemble-live.ts';
import { startCanary } from './canary.ts';
import { watchDiscards } from './discards.ts';
import type { Ground } from './ground.ts';
import { registerZeroes } from './metrics.ts';
import { observeDelivery, observeStep, observeTailnet, observeTold } from './observe.ts';
import { openSources } from './sources.ts';
import { createStreamTracker, type StreamStatus } from './stream-status.ts';
import { surroundingsOf } from './surroundings.ts';

/** One configuration at work. A reload ends it and starts another on the same store. */
export interface Generation {
  readonly loaded: Loaded;
  readonly delivery: Delivery;
  readonly assembled: Assembled;
  status(): GenerationStatus;
  /** Stops reading, evaluates and stores what was read, tells what is due for at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

export interface GenerationStatus {
  readonly streams: readonly StreamStatus[];
  readonly delivery: DeliveryStatus;
  /** Undefined without Headscale. */
  readonly tailnet: TailnetStatus | undefined;
}

const TICK_MS = 10_000;
const DAY: Micros = 86_400 * SECOND;
/** Fires as long as the detector lives: its absence is the alarm. */
const WATCHDOG = {
  name: 'DetectorWatchdog',
  severity: 'info',
  labels: { lane: 'deadman' },
  summary: 'Always fires: the detector is alive and reaches this Alertmanager',
} as const;
const FIRST_NODES_MS = 3_000;

export const startGeneration = async (loaded: Loaded, ground: Ground): Promise<Generation> => {
  const { config, rules } = loaded;
  const { store, clock, log, metrics, env } = ground;
  const opened = openSources(config, rules, clock, env);
  registerZeroes(metrics, {
    streams: config.sources.map(({ name }) => name),
    rules: rules.map(({ code }) => code),
  });
  const trackers = new Map(config.sources.map(({ name }) => [name, createStreamTracker(name)] as const));
  const assembled = assembleLive(loaded, trackers, metrics);
  const observer = observeDelivery(ground);
  const { settings } = config;
  const tailnet = openTailnet(loaded, ground);
  const surroundings = { ...surroundingsOf(loaded), nodeOf: (address: string) => tailnet?.nodeOf(address) };
  const delivery = await startDelivery({
    settings,
    env,
    store,
    clock,
    observer,
    surroundings,
  });
  // Lines of the first moments deserve the right list too, but a Headscale that is down must not hold them up.
  await Promise.race([tailnet?.ready, clock.sleep(FIRST_NODES_MS, new AbortController().signal)]);
  const stop = new AbortController();
  const canary = await startCanary(loaded, {
    ...ground,
    connection: opened.connection,
    conditions: delivery.conditions,
  });
  const steps = pipeline({
    sources: opened.sources.map((source, at) => ({
      source,
      streamOf: streamOf(config.sources[at]),
      sift: canary?.siftOf(source.name),
      cursor: store.progress.read(source.name)?.cursor,
    })),
    detection: assembled.detection,
    accept: (batch) => delivery.accept(batch),
    saveCursor: (source, { cursor, proven }, nowMs) =>
      store.progress.write(source, { cursor, proven }, nowMs),
    now: () => clock.now(),
    stop: stop.signal,
  });
  const see = (step: Step): void => {
    const tracker = trackers.get(step.source);
    tracker?.see(step.event, clock.now());
    if (step.event.type === 'lines' && step.event.origin !== 'live') {
      tracker?.foundLate(step.accepted?.told.length ?? 0);
    }
    observeStep(step, tracker?.status.lateFindings ?? 0, { log, metrics });
    for (const told of step.accepted?.told ?? []) tellOf(told, ground);
  };
  const ended = lastValueFrom(steps.pipe(tap(see)), { defaultValue: undefined }).catch(ground.onFatal);
  const tick = (): void => {
    if (tailnet !== undefined) {
      warnAboutTailnet(tailnet.status(), delivery.conditions, clock.now());
      observeTailnet(tailnet.status(), metrics);
    }
    tellAll([...assembled.detection.tick(microsNow()), ...lookAtLists()]);
  };
  const microsNow = (): Micros => clock.now() * (SECOND / 1000);
  let listsSeen = Number.NEGATIVE_INFINITY;
  /** Entries expire while the configuration stays. */
  const lookAtLists = (): readonly Finding[] => {
    const now = microsNow();
    if (now - listsSeen < DAY) return [];
    listsSeen = now;
    return assembled.detection.notice(allowlistTrouble(config, now).map(toEvent));
  };
  const tellAll = (findings: readonly Finding[]): void => {
    if (findings.length === 0) return;
    const accepted = delivery.accept({ findings, seenMs: clock.now() });
    for (const told of accepted.told) tellOf(told, ground);
  };
  const discards =
    opened.connection &&
    watchDiscards({
      connection: opened.connection,
      tenant: settings.loki.tenant,
      clock,
      log,
      onDiscards: (found) => tellAll(assembled.detection.notice(found.map(toEvent))),
    });
  if (settings.alertmanager?.watchdog === true) delivery.conditions.raise(WATCHDOG, clock.now());
  const ticking = setInterval(tick, TICK_MS);
  return {
    loaded,
    delivery,
    assembled,
    status: () => ({
      streams: [...trackers.values()].map(({ status }) => status),
      delivery: delivery.status(),
      tailnet: tailnet?.status(),
    }),
    stop: async (graceMs) => {
      clearInterval(ticking);
      await Promise.all([canary?.close(), discards?.close()]);
      stop.abort();
      await ended;
      await Promise.all([delivery.close(graceMs), tailnet?.close()]);
      opened.close();
    },
  };
};

const tellOf = (told: Told, { log, metrics, onTold }: Ground): void => {
  observeTold(told, { log, metrics });
  onTold(told);
};

/** Lines of Loki are what their source says. A file may hold records of several streams: their labels tell. */
const streamOf =
  (source: SourceConfig | undefined) =>
  ({ labels }: Line): Stream | undefined =>
    source === undefined || (source.kind === 'file' && labels !== undefined) ? undefined : source;

/** The zone holds what the configuration says, and the nodes that Headscale lists. */
const openTailnet = ({ config, zones }: Loaded, { store, clock, env }: Ground): Tailnet | undefined => {
  const { headscale } = config.settings;
  if (headscale === undefined) return undefined;
  const fixed = config.zones.entries(headscale.zone);
  return startTailnet({
    client: headscaleClientOf(headscale, env),
    meta: store.meta,
    clock,
    refreshMs: headscale.refresh,
    onChange: (entries) => zones.replace(headscale.zone, [...fixed, ...entries]),
  });
};
