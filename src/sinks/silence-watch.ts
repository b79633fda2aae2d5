import { createSilences, isActive, noSilences, type Silence, type Silences } from '../alerts/silences.ts';
import type { Clock } from '../clock.ts';
import type { HttpAccess } from '../http-access.ts';
import { startLoop } from '../loop.ts';
import type { SilenceTable } from '../state/silence-table.ts';
import { fetchSilences } from './alertmanager-silences.ts';
import { harmless } from './deliver.ts';

export interface SilenceWatch {
  /** What mutes at this moment. None when Alertmanager could not be asked lately: better told twice than not at all. */
  current(nowMs: number): Silences;
  status(): SilenceStatus;
  /** Resolves after the first answer, or failure, of Alertmanager. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

export interface SilenceStatus {
  readonly known: number;
  /** Those that mute at this moment. */
  readonly active: number;
  /** When Alertmanager last answered; undefined while it never has. */
  readonly askedMs: number | undefined;
  readonly problem: string | undefined;
}

export interface SilenceWatchOptions {
  /** Asked in this order until one answers: silences are the same on all of them. */
  readonly instances: readonly { readonly url: string; readonly access: HttpAccess }[];
  readonly table: SilenceTable;
  readonly clock: Clock;
  /** Other silences are in force than before: new ones, or none because nobody answers. */
  readonly onChange: () => void;
  readonly everyMs?: number;
}

/** Asks every few seconds, and at most so long after the last answer does a silence count. */
const EVERY_MS = 10_000;
const VALID_MS = 30_000;
const TIMEOUT_MS = 5_000;

export function startSilenceWatch(options: SilenceWatchOptions): SilenceWatch {
  const { instances, table, clock, onChange } = options;
  let silences: Silences = noSilences;
  let askedMs: number | undefined;
  let problem: string | undefined;
  let settle: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    settle = resolve;
  });

  let before = '[]';
  const current = (nowMs: number): Silences =>
    askedMs !== undefined && nowMs - askedMs <= VALID_MS ? silences : noSilences;

  const activeAt = (nowMs: number): readonly Silence[] =>
    current(nowMs).all.filter((silence) => isActive(silence, nowMs));

  const ask = async (signal: AbortSignal): Promise<void> => {
    const problems: string[] = [];
    for (const { url, access } of instances) {
      const timeout = withTimeout(signal);
      try {
        const list = await fetchSilences({ url, access, signal: timeout.signal, nowMs: clock.now() });
        silences = createSilences(list);
        askedMs = clock.now();
        problem = undefined;
        table.replace(list, askedMs);
        return;
      } catch (error) {
        problems.push(`${url}: ${harmless(error instanceof Error ? error.message : String(error))}`);
      } finally {
        timeout.done();
      }
    }
    problem = problems.join('; ');
  };

  const round = async (signal: AbortSignal): Promise<void> => {
    await ask(signal);
    settle();
    const nowMs = clock.now();
    const inForce = JSON.stringify(activeAt(nowMs).map(({ id }) => id));
    if (inForce === before || signal.aborted) return;
    before = inForce;
    onChange();
  };

  const loop = startLoop(round, {
    clock,
    everyMs: options.everyMs ?? EVERY_MS,
    onError: (error) => {
      problem = harmless(String(error));
      settle();
    },
  });
  return {
    current,
    status: () => ({
      known: silences.all.length,
      active: activeAt(clock.now()).length,
      askedMs,
      problem,
    }),
    ready,
    close: () => loop.close(),
  };
}

function withTimeout(signal: AbortSignal): { readonly signal: AbortSignal; readonly done: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('no answer in time'));
  const timer = setTimeout(stop, TIMEOUT_MS);
  signal.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    done: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}
