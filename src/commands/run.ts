import type { Told } from '../alert.ts';
import { wallClock } from '../clock.ts';
import { configPaths } from '../config/read.ts';
import { InputError, UsageError } from '../errors.ts';
import { createLogger } from '../service/log.ts';
import { startService } from '../service/service.ts';
import { alertLine } from '../sinks/alert-line.ts';
import { createPalette, wantsColour } from '../sinks/colour.ts';
import { findingJson } from '../sinks/finding-json.ts';
import { StateError } from '../state/state-error.ts';
import { EXIT, type Io } from './io.ts';

export interface RunArgs {
  readonly config: readonly string[];
  readonly rules: readonly string[];
}

/** Messages that are on their way may still arrive; Kubernetes waits 30 seconds before it kills. */
const GRACE_MS = 20_000;

/** Watches the configured streams until it is told to stop. Returns the exit code. */
export const run = async ({ config, rules }: RunArgs, io: Io): Promise<number> => {
  if (configPaths(config, io.env).length === 0) {
    throw new UsageError(
      'run needs a configuration: --config FILE or DETECTOR_CONFIG (detector config init writes one)',
    );
  }
  const service = await startService({
    load: { config, rules, env: io.env, orExample: false, pipeline: true },
    env: io.env,
    clock: wallClock,
    createLog: (level) => createLogger(level, io.stderr),
    onTold: printing(io),
  }).catch((error: unknown) => {
    throw error instanceof StateError ? new InputError(error.message, { cause: error }) : error;
  });
  const reload = (): void => void service.reload();
  process.on('SIGHUP', reload);
  const stopped = new Promise<undefined>((resolve) => {
    if (io.signal.aborted) resolve(undefined);
    io.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const failure = await Promise.race([stopped, service.failed]);
  process.off('SIGHUP', reload);
  await service.close(failure === undefined ? GRACE_MS : 0);
  return failure === undefined ? EXIT.ok : EXIT.badInput;
};

/** Lines for people on a terminal, NDJSON in a pipe, as `replay` does. A reader that has gone stops nothing. */
const printing = ({ stdout, env }: Io): ((told: Told) => void) => {
  stdout.on('error', () => {});
  const isTerminal = stdout.isTTY === true;
  const palette = createPalette(wantsColour({ mode: 'auto', isTerminal, env }));
  return (told) => {
    const line = isTerminal ? alertLine(told, palette) : `${findingJson(told, Date.now() * 1000)}\n`;
    if (line !== undefined) stdout.write(line);
  };
};
