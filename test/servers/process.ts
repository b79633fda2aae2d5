import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessOptions {
  /** For error messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Asked again and again until it is true; a thrown error counts as not yet. */
  readonly ready: () => Promise<boolean>;
  readonly readyWithinMs: number;
}

export interface RunningProcess {
  readonly pid: number;
  /** The last lines of both outputs. */
  logs(): string;
  /** Sends the signal and waits for the end; SIGKILL follows after ten seconds. Fine when it has ended already. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

const logBytes = 64 * 1024;
const alive = new Set<ChildProcess>();

// Last resort when a test file dies before its hooks ran: a server must never outlive its tests.
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n');

/** Starts a server and waits until it is ready. On failure it is ended, and the error carries its last lines. */
export const startProcess = async (options: ProcessOptions): Promise<RunningProcess> => {
  let output = '';
  const child = spawn(options.command, options.args, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await once(child, 'spawn');
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-logBytes);
    });
  }
  const running: RunningProcess = {
    pid: child.pid ?? 0,
    logs: () => output,
    end: (signal = 'SIGTERM') => endChild(child, signal),
  };
  const problem = await waitUntilReady(child, options);
  if (problem === undefined) return running;
  await running.end('SIGKILL');
  throw new Error(`${options.name} ${problem}; its last lines:\n${lastLines(output)}`);
};

const endChild = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(force);
};

/** Undefined once it is ready, else what went wrong. */
const waitUntilReady = async (child: ChildProcess, options: ProcessOptions): Promise<string | undefined> => {
  const deadline = performance.now() + options.readyWithinMs;
  let last = 'not ready';
  while (performance.now() < deadline) {
    if (hasEnded(child)) return `ended while starting (${child.exitCode ?? child.signalCode})`;
    try {
      if (await options.ready()) return undefined;
    } catch (error) {
      last = String(error);
    }
    await sleep(50);
  }
  return `was not ready within ${options.readyWithinMs} ms (${last})`;
};

/** A `ready` for servers that answer 200 on a path. */
export const answersOk = (url: string) => async (): Promise<boolean> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  return response.ok;
};
