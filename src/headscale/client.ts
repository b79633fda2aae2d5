import axios from 'axios';
import { z } from 'zod';
import type { Env } from '../config/env.ts';
import { readSecret } from '../config/read.ts';
import type { Settings } from '../config/schema.ts';
import { secretOf } from '../config/secret.ts';
import { createHttpAccess, type HttpAccess } from '../http-access.ts';
import { parseRfc3339 } from '../time.ts';
import { type Node, readNodes, withRoutes } from './nodes.ts';

export type HeadscaleErrorKind = 'unauthorized' | 'unavailable' | 'malformed';

/** Asking Headscale failed. The message names no key and holds nothing of the answer but its status. */
export class HeadscaleError extends Error {
  override readonly name = 'HeadscaleError';
  readonly kind: HeadscaleErrorKind;
  constructor(kind: HeadscaleErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface HeadscaleClient {
  /** All nodes, expired ones too. Throws HeadscaleError. */
  nodes(signal: AbortSignal): Promise<readonly Node[]>;
  /** When our own API key ends, in milliseconds; undefined where the server does not say. Throws HeadscaleError. */
  keyExpiresMs(signal: AbortSignal): Promise<number | undefined>;
}

export interface HeadscaleClientOptions {
  readonly url: string;
  /** Sends the key as bearer token. */
  readonly access: HttpAccess;
  /** The key, to find it in the list of keys by its prefix. */
  readonly key: () => Promise<string>;
  readonly timeoutMs?: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const LARGEST = 50_000_000;

export function createHeadscaleClient({
  url,
  access,
  key,
  timeoutMs = 15_000,
}: HeadscaleClientOptions): HeadscaleClient {
  const get = async (path: string, signal: AbortSignal): Promise<Answer> => {
    try {
      const { status, data } = await axios.get<string>(`${url.replace(/\/+$/, '')}${path}`, {
        ...(await access.admission()),
        signal,
        timeout: timeoutMs,
        responseType: 'text',
        transformResponse: (body) => body,
        maxContentLength: LARGEST,
        validateStatus: () => true,
      });
      return { status, body: data };
    } catch (error) {
      // axios keeps the request with its key in the error: only the words go on.
      const reason = access.conceal(error instanceof Error ? error.message : String(error));
      throw new HeadscaleError('unavailable', `Headscale cannot be asked: ${reason}`);
    }
  };

  return {
    nodes: async (signal) => {
      const answer = await get('/api/v1/node', signal);
      const old = answer.status === 404;
      const { nodes, routesElsewhere } = parsed(
        old ? await get('/api/v1/machine', signal) : answer,
        readNodes,
      );
      if (!routesElsewhere) return nodes;
      const routes = await get('/api/v1/routes', signal);
      // Without them the nodes are still good.
      return routes.status === 200 ? parsed(routes, (body) => withRoutes(nodes, body)) : nodes;
    },
    keyExpiresMs: async (signal) => {
      const answer = await get('/api/v1/apikey', signal);
      if (answer.status === 404) return undefined;
      return parsed(answer, readKeys).get(prefixOf(await key()));
    },
  };
}

function parsed<T>({ status, body }: Answer, read: (body: unknown) => T): T {
  // Until 0.26 a wrong key is answered with 500 and this word.
  if (status === 401 || status === 403 || (status === 500 && /^unauthorized/i.test(body.trim()))) {
    throw new HeadscaleError(
      'unauthorized',
      `Headscale refuses the API key (HTTP ${status}): make one with \`headscale apikeys create\`; keys last 90 days unless told otherwise`,
    );
  }
  if (status !== 200) throw new HeadscaleError('unavailable', `Headscale answered with HTTP ${status}`);
  try {
    return read(JSON.parse(body));
  } catch (error) {
    // What zod and JSON.parse say may quote the answer, which holds keys.
    const what =
      error instanceof z.ZodError
        ? `unexpected ${error.issues[0]?.path.join('.')}`
        : 'no JSON of the expected form';
    throw new HeadscaleError('malformed', `Headscale's answer cannot be read: ${what}`);
  }
}

const keysSchema = z.object({
  apiKeys: z.array(z.object({ prefix: z.string(), expiration: z.string().nullish() })),
});

function readKeys(body: unknown): ReadonlyMap<string, number | undefined> {
  const { apiKeys } = keysSchema.parse(body);
  return new Map(
    apiKeys.map(({ prefix, expiration }) => {
      const at = parseRfc3339(expiration ?? '');
      return [prefixOf(prefix), at === undefined ? undefined : at / 1000] as const;
    }),
  );
}

/** `hskey-api-<prefix>-<secret>` since 0.28, `<prefix>.<secret>` before; lists show the prefix alone, or with stars for the rest. */
function prefixOf(key: string): string {
  const [, modern] = /^hskey-api-([^-]{1,12})/.exec(key) ?? [];
  return modern ?? key.split('.')[0] ?? key;
}

/** The client that the configuration asks for. */
export function headscaleClientOf(settings: NonNullable<Settings['headscale']>, env: Env): HeadscaleClient {
  const { url, api_key, api_key_file, tls } = settings;
  const secret = secretOf(api_key, api_key_file);
  return createHeadscaleClient({
    url,
    access: createHttpAccess({ bearer_token: api_key, bearer_token_file: api_key_file, tls }, env),
    key: async () => (secret === undefined ? '' : readSecret(secret, env)),
  });
}
