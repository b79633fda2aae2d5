import type { Told } from '../alert.ts';
import type { Clock } from '../clock.ts';
import { type Loaded, type LoadOptions, load, watchedPaths } from '../commands/load.ts';
import type { Env } from '../config/env.ts';
import { ConfigError, formatMistake, RuleError } from '../errors.ts';
import { openStore, type Store } from '../state/store.ts';
import { type Generation, startGeneration } from './generation.ts';
import type { Ground } from './ground.ts';
import { type Answer, type HttpServer, json, serve, text } from './http.ts';
import type { Logger } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type ReloadStatus, type ServiceStatus, serviceStatus } from './status.ts';
import { statusPage } from './status-page.ts';
import { watchContent } from './watch.ts';

/** The detector as a service: what `detector run` starts, and tests embed. */
export interface Service {
  /** Where the HTTP server listens. */
  readonly address: string;
  status(): ServiceStatus;
  /** Takes the files as they are now; a bad configuration keeps the old one in force. */
  reload(): Promise<ReloadStatus>;
  /** Settles when something failed that only a new start can mend. */
  readonly failed: Promise<unknown>;
  /** Stops reading, stores what was read, tells what is due for at most `graceMs`. */
  close(graceMs: number): Promise<void>;
}

export interface ServiceOptions {
  readonly load: LoadOptions;
  readonly env: Env;
  readonly clock: Clock;
  readonly createLog: (level: string) => Logger;
  /** Every finding that is new, with its alert. */
  readonly onTold: (told: Told) => void;
}

/** How long a reload waits for messages that are on their way; what is left goes out afterwards. */
const RELOAD_GRACE_MS = 2_000;
const GAUGES_MS = 5_000;

/** Throws ConfigError, RuleError or StateError when it cannot start. */
export const startService = async (options: ServiceOptions): Promise<Service> => {
  const { clock, env } = options;
  const startedMs = clock.now();
  const loaded = await load(options.load);
  const { settings } = loaded.config;
  const log = options.createLog(settings.log.level);
  const metrics = createMetrics();
  const store = await openStore({ folder: settings.state_dir, nowMs: startedMs });
  const { promise: failed, fail } = failure();
  const ground: Ground = {
    store,
    clock,
    log,
    metrics,
    env,
    onTold: options.onTold,
    onFatal: (error) => {
      log.fatal({ err: error }, 'the state store failed: start anew');
      fail(error);
    },
  };
  let generation = await startOrClose(loaded, ground);
  let reloading: Promise<ReloadStatus> | undefined;
  let reload: ReloadStatus = reloaded(metrics, clock.now(), []);

  const swap = async (): Promise<ReloadStatus> => {
    try {
      const next = await load(options.load);
      warnOfFixed(loaded, next, log);
      const { loaded: before } = generation;
      await generation.stop(RELOAD_GRACE_MS);
      generation = await startGeneration(next, ground).catch(async (error: unknown) => {
        generation = await startGeneration(before, ground);
        throw error;
      });
      reload = reloaded(metrics, clock.now(), []);
      log.info({ rules: next.rules.length }, 'configuration reloaded');
    } catch (error) {
      reload = reloaded(metrics, clock.now(), mistakesOf(error));
      log.error({ mistakes: reload.mistakes }, 'the new configuration is bad: the old one stays in force');
    }
    return reload;
  };
  const reloadOnce = (): Promise<ReloadStatus> => {
    reloading ??= swap().finally(() => {
      reloading = undefined;
    });
    return reloading;
  };

  const status = (): ServiceStatus => serviceStatus({ generation, startedMs, nowMs: clock.now(), reload });
  const server = await serve(
    settings.http.listen,
    routesOf({
      status,
      metrics,
      reload: reloadOnce,
      page: () => statusPage({ generation, store, startedMs, nowMs: clock.now() }),
    }),
  );
  const watching = watchContent(watchedPaths(options.load, loaded.config), clock, () => void reloadOnce());
  const gauging = setInterval(() => setGauges(metrics, status()), GAUGES_MS);
  setGauges(metrics, status());
  log.info(
    { address: server.address, rules: loaded.rules.length, sources: loaded.config.sources.length },
    'watching',
  );
  return {
    address: server.address,
    status,
    reload: reloadOnce,
    failed,
    close: (graceMs) =>
      closeAll({ watching, gauging, server, store, reloading, generation: () => generation }, graceMs),
  };
};

const startOrClose = async (loaded: Loaded, ground: Ground): Promise<Generation> => {
  try {
    return await startGeneration(loaded, ground);
  } catch (error) {
    ground.store.close();
    throw error;
  }
};

interface Open {
  readonly watching: { close(): Promise<void> };
  readonly gauging: NodeJS.Timeout;
  readonly server: HttpServer;
  readonly store: Store;
  readonly reloading: Promise<unknown> | undefined;
  readonly generation: () => Generation;
}

const closeAll = async (open: Open, graceMs: number): Promise<void> => {
  clearInterval(open.gauging);
  await open.watching.close();
  await open.reloading;
  await open.generation().stop(graceMs);
  await open.server.close();
  open.store.close();
};

const failure = (): { readonly promise: Promise<unknown>; readonly fail: (error: unknown) => void } => {
  let fail: (error: unknown) => void = () => {};
  const promise = new Promise<unknown>((resolve) => {
    fail = resolve;
  });
  return { promise, fail };
};

const mistakesOf = (error: unknown): readonly string[] => {
  if (error instanceof ConfigError || error instanceof RuleError) return error.mistakes.map(formatMistake);
  return [error instanceof Error ? error.message : String(error)];
};

const reloaded = (metrics: Metrics, nowMs: number, mistakes: readonly string[]): ReloadStatus => {
  const good = mistakes.length === 0;
  metrics.reloadSuccessful.set(good ? 1 : 0);
  if (good) metrics.reloadTime.set(nowMs / 1000);
  return { good, at: new Date(nowMs).toISOString(), mistakes };
};

/** Two settings cannot change while the process lives. */
const warnOfFixed = (before: Loaded, after: Loaded, log: Logger): void => {
  const fixed = ({ config: { settings } }: Loaded) =>
    JSON.stringify([settings.state_dir, settings.http.listen]);
  if (fixed(before) !== fixed(after))
    log.warn({}, '`state_dir` and `http.listen` change at the next start only');
};

interface RouteOptions {
  readonly status: () => ServiceStatus;
  readonly metrics: Metrics;
  readonly reload: () => Promise<ReloadStatus>;
  readonly page: () => Answer;
}

const routesOf = ({ status, metrics, reload, page }: RouteOptions) => {
  const healthy = (): Answer => text(200, 'OK');
  // Ready means that it evaluates and stores. A Slack that is down is told elsewhere: restarting would not mend it.
  const ready = (): Answer => {
    const { streams, delivery } = status();
    const down = streams.filter(({ up }) => !up).map(({ name, trouble }) => `${name}: ${trouble}`);
    const untold = delivery.lanes
      .map(({ lane, blocked, failing }) => ({ lane, why: blocked ?? failing }))
      .filter(({ why }) => why !== undefined)
      .map(({ lane, why }) => `${lane}: ${why}`);
    return text(200, ['ready', ...down, ...untold].join('\n'));
  };
  return {
    'GET /': page,
    'GET /-/healthy': healthy,
    'GET /healthz': healthy,
    'GET /-/ready': ready,
    'GET /readyz': ready,
    'GET /metrics': async (): Promise<Answer> => ({
      status: 200,
      type: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
    'GET /api/v1/status': (): Answer => json(200, status()),
    'POST /-/reload': async (): Promise<Answer> => {
      const { good, mistakes } = await reload();
      return good ? text(200, 'reloaded') : text(400, mistakes.join('\n'));
    },
  };
};

const setGauges = (metrics: Metrics, { streams, delivery }: ServiceStatus): void => {
  for (const { name, newest, lagSeconds } of streams) {
    if (newest !== null) metrics.streamLastEvent.set({ stream: name }, Date.parse(newest) / 1000);
    if (lagSeconds !== null) metrics.streamLag.set({ stream: name }, lagSeconds);
  }
  for (const { lane, waiting, oldestMs } of delivery.lanes) {
    metrics.outboxDepth.set({ lane }, waiting);
    metrics.outboxOldest.set(
      { lane },
      oldestMs === undefined ? 0 : Math.max(0, (Date.now() - oldestMs) / 1000),
    );
  }
  const slack = delivery.lanes.filter(({ lane }) => lane.startsWith('slack:'));
  if (slack.length > 0) metrics.slackUp.set(slack.every(({ blocked }) => blocked === undefined) ? 1 : 0);
  for (const { url, up } of delivery.alertmanagers) metrics.alertmanagerUp.set({ instance: url }, up ? 1 : 0);
  metrics.silences.set(delivery.silences?.active ?? 0);
};
