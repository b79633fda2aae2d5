import { randomBytes } from 'node:crypto';
import { type Canary, canaryLine, readCanary } from '../canary/canary-line.ts';
import { isProblem, labelsFor } from '../canary/labels.ts';
import { createCanaryLedger } from '../canary/ledger.ts';
import { createRehearsal } from '../canary/rehearsal.ts';
import type { Loaded } from '../commands/load.ts';
import { readSecret } from '../config/read.ts';
import { startLoop } from '../loop.ts';
import type { Conditions } from '../sinks/conditions.ts';
import type { LokiConnection } from '../sources/loki/connection.ts';
import { pushLine } from '../sources/loki/push.ts';
import { type Item, isRejected } from '../sources/source.ts';
import type { Ground } from './ground.ts';

/** Canaries of one configuration: marks that go into Loki and have to come back through engine and rendering. */
export interface CanaryService {
  /** Takes the canaries of a stream out of what was read. */
  siftOf(stream: string): (items: readonly Item[]) => readonly Item[];
  close(): Promise<void>;
}

export interface CanaryGround extends Pick<Ground, 'clock' | 'log' | 'metrics' | 'env'> {
  readonly connection: LokiConnection | undefined;
  readonly conditions: Conditions;
}

/** The alert that says that a stream is not watched. */
const MISSING = 'DetectorCanaryMissing';
const CHECK_MS = 5_000;

/** Undefined without `canary:` or without Loki. Throws ConfigError when the key cannot be read. */
export const startCanary = async (
  { config }: Loaded,
  { clock, log, metrics, env, connection, conditions }: CanaryGround,
): Promise<CanaryService | undefined> => {
  const { canary: settings } = config.settings;
  if (settings === undefined || connection === undefined) return undefined;
  const key = await readSecret({ from: 'file', path: settings.key_file }, env);
  const ledger = createCanaryLedger(settings.deadline);
  const rehearse = createRehearsal();
  const streams = config.sources.flatMap((source) => (source.kind === 'loki' ? [source] : []));

  const send = async (signal: AbortSignal): Promise<void> => {
    for (const { name, selector } of streams) {
      const canary: Canary = { stream: name, sentMs: clock.now(), nonce: randomBytes(16).toString('hex') };
      const text = canaryLine(canary, key);
      const labels = labelsFor(selector, text);
      if (isProblem(labels)) {
        log.debug({ stream: name, problem: labels.problem }, 'no canary for this stream');
        continue;
      }
      // Before it is pushed: one that Loki refuses is missing too.
      ledger.sent(canary);
      await pushLine(connection, { labels, atMs: canary.sentMs, text }, signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ stream: name, err: error }, 'the canary was not taken by Loki');
      });
    }
  };
  const check = async (): Promise<void> => {
    const missing = ledger.missing(clock.now());
    for (const { name } of streams) {
      const since = missing.get(name);
      const labels = { stream: name };
      metrics.canaryMissing.set(labels, since === undefined ? 0 : 1);
      if (since === undefined) conditions.clear({ name: MISSING, labels }, clock.now());
      else
        conditions.raise(
          {
            name: MISSING,
            severity: 'critical',
            labels,
            summary: `Canaries of ${name} do not come back since ${new Date(since).toISOString()}: the stream is not watched`,
          },
          clock.now(),
        );
    }
  };
  const onError = (error: unknown): void => log.warn({ err: error }, 'the canary failed');
  const sending = startLoop(send, { clock, everyMs: settings.every, onError });
  const checking = startLoop(check, { clock, everyMs: CHECK_MS, onError });
  return {
    siftOf: (stream) => (items) => {
      const kept: Item[] = [];
      for (const item of items) {
        const canary = isRejected(item) ? undefined : readCanary(item.text, stream, key);
        if (canary === undefined) {
          kept.push(item);
          continue;
        }
        const tookMs = rehearse(canary) ? ledger.arrived(canary, clock.now()) : undefined;
        if (tookMs !== undefined) metrics.canaryLatency.set({ stream }, tookMs / 1000);
      }
      return kept;
    },
    close: async () => {
      await Promise.all([sending.close(), checking.close()]);
    },
  };
};
