import { wallClock } from '../clock.ts';
import { configPaths, readConfig } from '../config/read.ts';
import { UsageError } from '../errors.ts';
import { notifyTest } from '../sinks/notify-test.ts';
import { toTerminal } from '../sinks/terminal-text.ts';
import { EXIT, type Io } from './io.ts';

/** Tells everybody that is configured, and reads back what can be read back. Exit code 1 when a step failed. */
export const notifyTestCommand = async (config: readonly string[], io: Io): Promise<number> => {
  const paths = configPaths(config, io.env);
  if (paths.length === 0)
    throw new UsageError('notify test needs a configuration: --config FILE or DETECTOR_CONFIG');
  const { settings } = await readConfig(paths, io.env);
  const ok = await notifyTest({
    settings,
    env: io.env,
    clock: wallClock,
    signal: io.signal,
    onStep: (step) => {
      io.stdout.write(
        `${step.ok ? 'ok    ' : 'FAILED'}  ${toTerminal(step.step)}: ${toTerminal(step.detail)}\n`,
      );
    },
  });
  return ok ? EXIT.ok : EXIT.findings;
};
