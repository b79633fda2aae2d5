import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireBinary } from './binaries.ts';
import { freePorts } from './ports.ts';
import { answersOk } from './process.ts';
import { type RunningServer, startServer } from './server.ts';

export interface AlertmanagerOptions {
  /** The configuration file's text; by default one receiver that tells nobody. */
  readonly config?: string;
}

export interface RunningAlertmanager extends RunningServer {
  readonly url: string;
  /** Asks the API (`/api/v2/alerts`), with a JSON body as POST. Throws unless the answer is 200. */
  api(path: string, body?: unknown): Promise<unknown>;
  /** Loses silences and the notification log too; a plain `restart` loses the alerts only. */
  restartForgetting(): Promise<void>;
}

const quietConfig = 'route: {receiver: none, group_wait: 1s}\nreceivers: [{name: none}]\n';

const askApi = async (url: string, body: unknown): Promise<unknown> => {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== 200)
    throw new Error(`alertmanager answered ${url} with ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};

/** An Alertmanager without cluster on a free port of 127.0.0.1. */
export const startAlertmanager = async (options: AlertmanagerOptions = {}): Promise<RunningAlertmanager> => {
  const command = requireBinary('alertmanager');
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const url = `http://${address}`;
  const server = await startServer('alertmanager', async (folder) => {
    const config = join(folder, 'alertmanager.yml');
    await writeFile(config, options.config ?? quietConfig);
    await mkdir(join(folder, 'data'), { recursive: true });
    return {
      command,
      args: [
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
        '--cluster.listen-address=',
      ],
      ready: answersOk(`${url}/-/ready`),
      readyWithinMs: 15_000,
    };
  });
  return {
    ...server,
    url,
    api: (path, body) => askApi(`${url}${path}`, body),
    restartForgetting: async () => {
      await server.kill('SIGKILL');
      await rm(join(server.folder, 'data'), { recursive: true, force: true });
      await server.start();
    },
  };
};
