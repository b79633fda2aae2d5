import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Env } from './config/env.ts';
import { readSecret } from './config/read.ts';
import { type EnvReference, type Secret, secretOf } from './config/secret.ts';

/** How to speak to an HTTP service, as the configuration gives it. */
export interface AccessSettings {
  readonly basic_auth?:
    | {
        readonly username: string;
        readonly password?: EnvReference | undefined;
        readonly password_file?: string | undefined;
      }
    | undefined;
  readonly bearer_token?: EnvReference | undefined;
  readonly bearer_token_file?: string | undefined;
  readonly tls?:
    | {
        readonly ca_file?: string | undefined;
        readonly cert_file?: string | undefined;
        readonly key_file?: string | undefined;
        readonly server_name?: string | undefined;
      }
    | undefined;
}

/** What gets a request in: part of an axios configuration, and what a WebSocket needs. */
export interface Admission {
  readonly headers: Readonly<Record<string, string>>;
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly proxy: false;
  readonly maxRedirects: 0;
}

export interface HttpAccess {
  /**
   * What a request needs to get in, as the files say at this moment: mounted secrets rotate. Throws when one cannot be
   * read; the message names the file and holds no secret.
   */
  admission(): Promise<Admission>;
  /** `text` without the secrets that were read: a server may send back what it was sent. */
  conceal(text: string): string;
  close(): void;
}

export function createHttpAccess(settings: AccessSettings, env: Env): HttpAccess {
  const httpAgent = new HttpAgent({ keepAlive: true });
  const secrets = new Set<string>();
  let https: { readonly key: string; readonly agent: HttpsAgent } | undefined;
  const read = async (secret: Secret): Promise<string> => {
    const text = await readSecret(secret, env);
    if (secrets.size > 20) secrets.clear();
    secrets.add(text);
    return text;
  };
  const authorization = async (): Promise<string | undefined> => {
    const { basic_auth: basic } = settings;
    const token = secretOf(settings.bearer_token, settings.bearer_token_file);
    if (token !== undefined) return `Bearer ${await read(token)}`;
    if (basic === undefined) return undefined;
    const password = secretOf(basic.password, basic.password_file);
    const pair = `${basic.username}:${password === undefined ? '' : await read(password)}`;
    const encoded = Buffer.from(pair).toString('base64');
    secrets.add(encoded);
    return `Basic ${encoded}`;
  };
  const httpsAgent = async (): Promise<HttpsAgent> => {
    const files = await tlsFiles(settings.tls);
    const key = JSON.stringify(files);
    if (https?.key !== key) {
      https?.agent.destroy();
      https = { key, agent: new HttpsAgent({ keepAlive: true, ...files }) };
    }
    return https.agent;
  };
  return {
    admission: async () => {
      const header = await authorization();
      const headers: Admission['headers'] = header === undefined ? {} : { Authorization: header };
      // Without proxies from the environment and without redirects: credentials go where the configuration says.
      return { headers, httpAgent, httpsAgent: await httpsAgent(), proxy: false, maxRedirects: 0 };
    },
    conceal: (text) => [...secrets].reduce((rest, secret) => rest.replaceAll(secret, '<redacted>'), text),
    close: () => {
      httpAgent.destroy();
      https?.agent.destroy();
    },
  };
}

async function tlsFiles(tls: AccessSettings['tls']): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  if (tls?.ca_file !== undefined) files['ca'] = await readFile(tls.ca_file, 'utf8');
  if (tls?.cert_file !== undefined) files['cert'] = await readFile(tls.cert_file, 'utf8');
  if (tls?.key_file !== undefined) files['key'] = await readFile(tls.key_file, 'utf8');
  if (tls?.server_name !== undefined) files['servername'] = tls.server_name;
  return files;
}
