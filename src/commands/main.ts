import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { ConfigError, InputError, OutputClosed, OutputError, RuleError, UsageError } from '../errors.ts';
import { EXIT, type Io } from './io.ts';

/** How long a command may take to stop after the first signal. */
const GRACE_MS = 30_000;

/** Builds the command line around what commands may touch; `done` takes the exit code. */
export type ProgramFactory = (io: Io, done: (code: number) => void) => Command;

/** Runs one command of the process and returns its exit code. Never throws, never prints a stack trace. */
export const runMain = async (createProgram: ProgramFactory, main: NodeJS.Process): Promise<number> => {
  const stop = new AbortController();
  let interrupted = false;
  const onSignal = (): void => {
    if (interrupted) main.exit(EXIT.interrupted);
    interrupted = true;
    stop.abort();
    setTimeout(() => main.exit(EXIT.interrupted), GRACE_MS).unref();
  };
  main.on('SIGINT', onSignal);
  main.on('SIGTERM', onSignal);
  const { stdin, stdout, stderr, env } = main;
  // What cannot be told is no reason to lose the data: standard output and the exit code still count.
  stderr.on('error', () => undefined);
  const io: Io = { stdin, stdout, stderr, env, signal: stop.signal, now: Date.now };
  let code: number = EXIT.ok;
  try {
    await createProgram(io, (given) => {
      code = given;
    }).parseAsync(main.argv);
    return code;
  } catch (error) {
    return interrupted ? EXIT.interrupted : explain(error, stderr);
  } finally {
    main.off('SIGINT', onSignal);
    main.off('SIGTERM', onSignal);
  }
};

/** Says what went wrong, one sentence or one line a mistake, and returns the exit code for it. */
const explain = (error: unknown, stderr: NodeJS.WritableStream): number => {
  if (error instanceof OutputClosed) return EXIT.ok;
  // Commander has printed its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (error instanceof RuleError || error instanceof ConfigError) {
    stderr.write(`${error.message}\n`);
    return error instanceof RuleError ? EXIT.badRules : EXIT.badInput;
  }
  const known = error instanceof UsageError || error instanceof InputError || error instanceof OutputError;
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(known ? `detector: ${message}\n` : `detector: internal error, please report it: ${message}\n`);
  return EXIT.badInput;
};
