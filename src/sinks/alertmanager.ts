import axios, { type AxiosResponse } from 'axios';
import type { HttpAccess } from '../http-access.ts';
import type { PostableAlert } from './alertmanager-alert.ts';
import type { Outcome, Sink } from './sink.ts';

export interface AlertmanagerOptions {
  /** Base URL of one instance. Every instance gets every alert; a load balancer before them loses some. */
  readonly url: string;
  readonly access: HttpAccess;
}

export const laneOfAlertmanager = (url: string): string => `alertmanager:${url}`;

/** Most alerts in one request: about 300 KB. */
export const ALERTS_PER_REQUEST = 64;

/**
 * One Alertmanager. It tells alerts apart by their labels and takes the same one any number of times, so a lost answer
 * is simply tried again.
 */
export function createAlertmanagerSink({ url, access }: AlertmanagerOptions): Sink<PostableAlert> {
  const post = (alerts: readonly PostableAlert[], signal: AbortSignal): Promise<Outcome> =>
    postAlerts({ url, access, alerts, signal });
  return {
    name: laneOfAlertmanager(url),
    idempotent: true,
    deliver: async (batch, signal) => {
      const outcome = await post(batch, signal);
      const blamed = outcome.kind === 'permanent' && outcome.scope === 'message';
      if (!blamed || batch.length === 1) return batch.map(() => outcome);
      // A 400 may have stored the good ones and does not say which was bad. Posting again harms none.
      const outcomes: Outcome[] = [];
      for (const alert of batch) outcomes.push(await post([alert], signal));
      return outcomes;
    },
  };
}

interface Post extends AlertmanagerOptions {
  readonly alerts: readonly PostableAlert[];
  readonly signal: AbortSignal;
}

async function postAlerts({ url, access, alerts, signal }: Post): Promise<Outcome> {
  try {
    const answer = await axios.post<string>(
      `${url.replace(/\/+$/, '')}/api/v2/alerts`,
      JSON.stringify(alerts),
      {
        ...(await withJson(access)),
        signal,
        responseType: 'text',
        transformResponse: (body) => body,
        maxContentLength: 1_000_000,
        validateStatus: () => true,
      },
    );
    return outcomeOf(answer, access);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'retry', reason: access.conceal(reason) };
  }
}

async function withJson(access: HttpAccess) {
  const admission = await access.admission();
  return { ...admission, headers: { ...admission.headers, 'Content-Type': 'application/json' } };
}

function outcomeOf({ status, data, headers }: AxiosResponse<string>, access: HttpAccess): Outcome {
  if (status >= 200 && status < 300) return { kind: 'ok' };
  const reason = `HTTP ${status}: ${access.conceal(errorText(data))}`;
  if (status === 429 || status === 408 || status >= 500) {
    const seconds = Number(headers['retry-after']);
    return { kind: 'retry', reason, ...(seconds > 0 && seconds < 3_600 ? { afterMs: seconds * 1000 } : {}) };
  }
  // 400: an alert it does not like, or a body it cannot read. 422: a field of the wrong form. Others: the wrong address, or no entry.
  return { kind: 'permanent', reason, scope: status === 400 || status === 422 ? 'message' : 'sink' };
}

/** Bodies of errors come in three shapes: a JSON string, `{code, message}`, and plain text from what stands before it. */
export function errorText(body: unknown): string {
  if (typeof body !== 'string') return 'no text';
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'string') return parsed;
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message);
  } catch {
    // plain text
  }
  return body;
}
