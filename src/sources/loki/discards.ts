import axios from 'axios';
import type { LokiConnection } from './connection.ts';
import { errorOfStatus, errorOfTransport } from './error.ts';

/** Lines that a Loki refused since it started, by its reason (`line_too_long`, `rate_limited`, …). */
export type Discards = ReadonlyMap<string, number>;

const TIMEOUT_MS = 10_000;
const LARGEST = 50_000_000;
const SAMPLE = /^loki_discarded_samples_total\{([^}]*)\} ([0-9.eE+]+)/;

/**
 * Asks Loki itself what it discarded. A gateway before Loki seldom lets anybody see this: then it throws LokiError, and
 * the counters have to be watched where they are scraped.
 */
export const readDiscards = async (
  connection: LokiConnection,
  tenant: string | undefined,
  signal: AbortSignal,
): Promise<Discards> => {
  const admission = await connection.admission();
  const answer = await axios
    .get<string>(`${connection.url}/metrics`, {
      ...admission,
      timeout: TIMEOUT_MS,
      maxContentLength: LARGEST,
      responseType: 'text',
      transformResponse: (body: unknown) => body,
      validateStatus: () => true,
      signal,
    })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw errorOfTransport(error);
    });
  if (answer.status !== 200) throw errorOfStatus(answer.status, connection.conceal(answer.data));
  return parseDiscards(answer.data, tenant);
};

export const parseDiscards = (text: string, tenant: string | undefined): Discards => {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, labels = '', value] = SAMPLE.exec(line) ?? [];
    const reason = /(?:^|,)reason="([a-z_]{1,64})"/.exec(labels)?.[1];
    const owner = /(?:^|,)tenant="([^"]*)"/.exec(labels)?.[1];
    if (reason === undefined || (tenant !== undefined && owner !== undefined && owner !== tenant)) continue;
    found.set(reason, (found.get(reason) ?? 0) + Number(value));
  }
  return found;
};
