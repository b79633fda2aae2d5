import axios from 'axios';
import type { Labels } from '../../event.ts';
import type { LokiConnection } from './connection.ts';
import { errorOfStatus, errorOfTransport } from './error.ts';
import { nanosOfMillis } from './nanos.ts';

const TIMEOUT_MS = 10_000;

export interface PushedLine {
  readonly labels: Labels;
  readonly atMs: number;
  readonly text: string;
}

/** Writes one line. Throws LokiError, or the signal's reason. */
export const pushLine = async (
  connection: LokiConnection,
  { labels, atMs, text }: PushedLine,
  signal: AbortSignal,
): Promise<void> => {
  const admission = await connection.admission();
  const streams = [{ stream: labels, values: [[String(nanosOfMillis(atMs)), text]] }];
  const answer = await axios
    .post<string>(`${connection.url}/loki/api/v1/push`, JSON.stringify({ streams }), {
      ...admission,
      headers: { ...admission.headers, 'Content-Type': 'application/json' },
      timeout: TIMEOUT_MS,
      responseType: 'text',
      transformResponse: (body: unknown) => body,
      validateStatus: () => true,
      signal,
    })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw errorOfTransport(error);
    });
  if (answer.status < 200 || answer.status > 299)
    throw errorOfStatus(answer.status, connection.conceal(answer.data));
};
