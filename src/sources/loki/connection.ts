import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { LokiError } from './error.ts';
import { watchedFile } from './watched-file.ts';

export type LokiLogin =
  | { readonly bearerTokenFile: string }
  | { readonly username: string; readonly passwordFile: string }
  /** The value of the Authorization header, asked for each time. */
  | { readonly authorization: () => Promise<string> };

export interface LokiAddress {
  /** Up to where `/loki/api/v1/…` begins; a path before it is kept. */
  readonly url: string;
  readonly tenant?: string | undefined;
  readonly login?: LokiLogin | undefined;
  /** PEM certificates to trust in place of the system's. */
  readonly caFile?: string | undefined;
}

/** What every request and every tail needs to get in, as the files say at this moment. */
export interface Admission {
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | undefined;
}

export interface LokiConnection {
  readonly url: string;
  /** Throws a LokiError of kind `unauthorized` when a file cannot be read. */
  admission(): Promise<Admission>;
  /** Keeps connections open; a new one after the certificates have changed. */
  agentFor(admission: Admission): { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent };
  close(): void;
}

type Read = () => Promise<string>;

const oneLine = (text: string, what: string): string => {
  const value = text.trim();
  if (value === '' || /[\r\n]/.test(value)) throw new Error(`${what} must hold one line that is not empty`);
  return value;
};

const authorizationOf = (login: LokiLogin | undefined): Read | undefined => {
  if (login === undefined) return undefined;
  if ('authorization' in login) return login.authorization;
  if ('bearerTokenFile' in login) {
    const read = watchedFile(login.bearerTokenFile);
    return async () => `Bearer ${oneLine(await read(), login.bearerTokenFile)}`;
  }
  const read = watchedFile(login.passwordFile);
  return async () => {
    const password = oneLine(await read(), login.passwordFile);
    return `Basic ${Buffer.from(`${login.username}:${password}`).toString('base64')}`;
  };
};

const agentsWith = (ca: string | undefined): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } => ({
  httpAgent: new HttpAgent({ keepAlive: true }),
  httpsAgent: new HttpsAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) }),
});

export const connectTo = ({ url, tenant, login, caFile }: LokiAddress): LokiConnection => {
  const authorization = authorizationOf(login);
  const certificates = caFile === undefined ? undefined : watchedFile(caFile);
  const fixed: Admission['headers'] = tenant === undefined ? {} : { 'X-Scope-OrgID': tenant };
  let agents = agentsWith(undefined);
  let agentsCa: string | undefined;
  const close = (): void => {
    agents.httpAgent.destroy();
    agents.httpsAgent.destroy();
  };
  return {
    url: url.replace(/\/+$/, ''),
    admission: async () => {
      try {
        const value = await authorization?.();
        const ca = await certificates?.();
        return { headers: { ...fixed, ...(value === undefined ? {} : { Authorization: value }) }, ca };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new LokiError('unauthorized', `cannot log in to Loki: ${reason}`, { cause: error });
      }
    },
    agentFor: ({ ca }) => {
      if (ca !== agentsCa) {
        close();
        agents = agentsWith(ca);
        agentsCa = ca;
      }
      return agents;
    },
    close,
  };
};
