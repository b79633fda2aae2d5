import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Env } from '../config/env.ts';
import { ConfigError } from '../errors.ts';
import { createHttpAccess } from '../http-access.ts';
import type { Rule } from '../rules/rule.ts';
import { followFile } from '../sources/follow-file.ts';
import type { LiveSource } from '../sources/live.ts';
import { createBudget, defaultBudget } from '../sources/loki/budget.ts';
import { createLokiClient, type LokiClient } from '../sources/loki/client.ts';
import { connectTo, type LokiConnection } from '../sources/loki/connection.ts';
import { lokiSource } from '../sources/loki/live-source.ts';

export interface OpenSources {
  readonly sources: readonly LiveSource[];
  /** Undefined when no source reads from Loki. */
  readonly loki: LokiClient | undefined;
  readonly connection: LokiConnection | undefined;
  close(): void;
}

/** The configured sources, not yet followed. Throws ConfigError when a source needs a Loki that is not configured. */
export const openSources = (config: Config, rules: readonly Rule[], clock: Clock, env: Env): OpenSources => {
  const { loki: settings } = config.settings;
  const needsLoki = config.sources.some(({ kind }) => kind === 'loki');
  const connection = needsLoki ? lokiConnection(config, env) : undefined;
  const { parallel, per_minute: perMinute } = settings.query_budget;
  const budget = createBudget({ ...defaultBudget, concurrency: parallel, perMinute }, clock);
  const loki = connection && createLokiClient({ connection, budget });
  const lookBackMs = longestWindowMs(rules) + settings.overlap;
  const sources = config.sources.flatMap((source): LiveSource[] => {
    if (source.kind === 'file') return [followFile(source)];
    if (loki === undefined) return [];
    return [
      lokiSource({
        name: source.name,
        selector: source.selector.text,
        loki,
        tail: settings.tail ? connection : undefined,
        clock,
        pollMs: settings.poll,
        overlapMs: settings.overlap,
        latenessMs: settings.lateness,
        sweepMs: settings.sweep,
        lookBackMs,
      }),
    ];
  });
  return { sources, loki, connection, close: () => connection?.close() };
};

const lokiConnection = ({ settings, placeOf, sources }: Config, env: Env): LokiConnection => {
  const { url, tenant } = settings.loki;
  if (url !== undefined) return connectTo({ url, tenant, access: createHttpAccess(settings.loki, env) });
  const at = sources.findIndex(({ kind }) => kind === 'loki');
  const message = `the source \`${sources[at]?.name}\` reads from Loki, but \`loki.url\` is not set: add \`loki: {url: "http://loki:3100"}\``;
  throw new ConfigError([{ place: placeOf(['sources', at]), message }]);
};

const longestWindowMs = (rules: readonly Rule[]): number =>
  Math.max(
    0,
    ...rules.flatMap(({ branches }) =>
      branches.flatMap((branch) => (branch.kind === 'count' ? [branch.timespanMs] : [])),
    ),
  );
