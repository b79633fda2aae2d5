import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** The real executable as a service, on a scratch folder that survives its death. */
export interface DetectorProcess {
  readonly folder: string;
  start(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Everything written to standard error by all starts. */
  log(): string;
  /** Answer of the HTTP server, as text. */
  get(path: string): Promise<string>;
  /** The largest resident size of the process that runs, in bytes. */
  peakMemory(): Promise<number>;
  remove(): Promise<void>;
}

/** `settings` are the top-level settings besides zones, lists and state; the shipped example gives those. */
export const createDetectorProcess = async (settings: object, example: string): Promise<DetectorProcess> => {
  const folder = await mkdtemp(join(tmpdir(), 'detector-run-'));
  const config = join(folder, 'run.yaml');
  await writeFile(
    config,
    JSON.stringify({ state_dir: 'state', http: { listen: '127.0.0.1:0' }, ...settings }),
  );
  let child: ChildProcess | undefined;
  let log = '';
  let address = '';
  return {
    folder,
    async start() {
      child = spawn(process.execPath, [CLI, 'run', '--config', example, '--config', config], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const started = child;
      await new Promise<void>((resolve, reject) => {
        started.stderr?.on('data', (text: Buffer) => {
          log += text.toString();
          const found = /"address":"([^"]+)"/.exec(text.toString())?.[1];
          if (found === undefined) return;
          address = found;
          resolve();
        });
        started.once('exit', (code) =>
          reject(new Error(`the detector ended with ${code}:\n${log.slice(-2000)}`)),
        );
      });
      started.removeAllListeners('exit');
    },
    async kill(signal) {
      if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
    log: () => log,
    get: async (path) => (await fetch(`http://${address}${path}`)).text(),
    peakMemory: async () => {
      const status = await readFile(`/proc/${child?.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
