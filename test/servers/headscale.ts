import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { besideServers, requireBinary } from './binaries.ts';
import { freePorts } from './ports.ts';
import { answersOk } from './process.ts';
import { type RunningServer, startServer } from './server.ts';

export interface NewNode {
  readonly name: string;
  readonly user: string;
}

export interface RunningHeadscale extends RunningServer {
  readonly url: string;
  /** Any command of the server's own command line; gives what it printed. */
  command(...args: readonly string[]): Promise<string>;
  createUser(name: string): Promise<void>;
  /** A registered node, without a Tailscale client. */
  createNode(node: NewNode): Promise<void>;
  /** Gives the key. `expiration` is a duration of Headscale's (`1h`, `90d`). */
  createApiKey(expiration?: string): Promise<string>;
  expireApiKey(key: string): Promise<void>;
  /** `id` is the node's id as the API gives it. */
  expireNode(id: string): Promise<void>;
}

const run = promisify(execFile);

const writeConfig = async (folder: string, ports: readonly number[]): Promise<string> => {
  const template = await readFile(besideServers('headscale/headscale.yaml'), 'utf8');
  const names = ['HTTP', 'METRICS', 'GRPC', 'STUN'];
  let text = template.replaceAll('@DIR@', folder);
  for (const [index, name] of names.entries())
    text = text.replaceAll(`@${name}@`, `127.0.0.1:${ports[index]}`);
  const path = join(folder, 'headscale.yaml');
  await writeFile(path, text);
  return path;
};

const prefixOf = (key: string): string => {
  const parts = /^hskey-api-(.{12})-/.exec(key);
  return parts?.[1] ?? key.slice(0, key.indexOf('.'));
};

/** A Headscale on free ports of 127.0.0.1 with its database in a scratch folder. */
export const startHeadscale = async (): Promise<RunningHeadscale> => {
  const binary = requireBinary('headscale');
  const ports = await freePorts(4);
  const url = `http://127.0.0.1:${ports[0]}`;
  const server = await startServer('headscale', async (folder) => ({
    command: binary,
    args: ['-c', await writeConfig(folder, ports), 'serve'],
    ready: answersOk(`${url}/health`),
    readyWithinMs: 30_000,
  }));
  const command = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(binary, ['-c', join(server.folder, 'headscale.yaml'), ...args], {
      timeout: 20_000,
    });
    return stdout.trim();
  };
  return {
    ...server,
    url,
    command,
    createUser: async (name) => {
      await command('users', 'create', name);
    },
    createNode: async ({ name, user }) => {
      const id = `hskey-authreq-${randomBytes(12).toString('hex')}`;
      await command('debug', 'create-node', '--name', name, '-u', user, '-k', id);
      await command('auth', 'register', '--auth-id', id, '--user', user);
    },
    createApiKey: async (expiration = '1h') => {
      const printed = await command('apikeys', 'create', '-e', expiration);
      return printed.slice(printed.lastIndexOf('\n') + 1);
    },
    expireApiKey: async (key) => {
      await command('apikeys', 'expire', '--prefix', prefixOf(key));
    },
    expireNode: async (id) => {
      await command('nodes', 'expire', '-i', id);
    },
  };
};
