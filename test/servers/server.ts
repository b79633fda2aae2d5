import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessOptions, type RunningProcess, startProcess } from './process.ts';

/** A server with its data in a scratch folder. Its ports stay the same over restarts. */
export interface RunningServer {
  readonly folder: string;
  /** Ends the process; the data stays, `start` brings it back. */
  kill(signal: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** The last lines that it printed since it was started. */
  logs(): string;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

type Description = Omit<ProcessOptions, 'name'>;

/** Makes the scratch folder and starts the server; `describe` is asked at every start. */
export const startServer = async (
  name: string,
  describe: (folder: string) => Description | Promise<Description>,
): Promise<RunningServer> => {
  const folder = await mkdtemp(join(tmpdir(), `detector-${name}-`));
  let running: RunningProcess | undefined;
  const server: RunningServer = {
    folder,
    kill: async (signal) => running?.end(signal),
    start: async () => {
      running = await startProcess({ name, ...(await describe(folder)) });
    },
    restart: async (signal = 'SIGTERM') => {
      await server.kill(signal);
      await server.start();
    },
    logs: () => running?.logs() ?? '',
    stop: async () => {
      await running?.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
};
