import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { dataOf, linesOf, type Sample, samplesOf } from './answer.ts';
import type { Lane, QueryBudget } from './budget.ts';
import type { LokiConnection } from './connection.ts';
import { errorOfStatus, errorOfTransport, LokiError } from './error.ts';
import type { LokiLine } from './line.ts';
import type { Nanos, TimeRange } from './nanos.ts';

export interface LinesQuery extends TimeRange {
  readonly selector: string;
  readonly limit: number;
  readonly lane: Lane;
}

export interface LinesAnswer {
  /** At most `limit` lines, the oldest of the range, in the order of time. */
  readonly lines: readonly LokiLine[];
  /** Size of the answer. */
  readonly bytes: number;
}

export interface CountsQuery {
  readonly selector: string;
  /** Whole seconds, both included; see `secondOf`. At most 11,000. */
  readonly first: number;
  readonly last: number;
  readonly lane: Lane;
}

/** What following and reading a range need of Loki. Every method throws LokiError, or the signal's reason. */
export interface LokiQueries {
  lines(query: LinesQuery, signal: AbortSignal): Promise<LinesAnswer>;
  /** Lines that Loki holds, by second; seconds without lines are missing. */
  countsBySecond(query: CountsQuery, signal: AbortSignal): Promise<ReadonlyMap<number, number>>;
  /** Milliseconds by which Loki's clock is ahead of ours, to about a second; undefined before the first answer. */
  clockSkewMs(): number | undefined;
}

export interface BuildInfo {
  /** Empty where Loki was built without it. */
  readonly version: string;
}

export interface LokiClient extends LokiQueries {
  /** Any metric query at one moment. */
  instant(query: string, at: Nanos, signal: AbortSignal): Promise<readonly Sample[]>;
  buildInfo(signal: AbortSignal): Promise<BuildInfo>;
}

export interface ClientOptions {
  readonly connection: LokiConnection;
  readonly budget: QueryBudget;
  /** An answer larger than Loki's message limit never comes: a short wait, and then less is asked for. */
  readonly timeoutMs?: number;
}

type Parameters = Readonly<Record<string, string>>;

const longestAnswer = 256 * 1024 * 1024;
/** Longer queries go in a POST body: gateways cut URLs at 8 KB. */
const longestGet = 4_000;

const createHttp = (timeoutMs: number): AxiosInstance =>
  axios.create({
    timeout: timeoutMs,
    maxContentLength: longestAnswer,
    responseType: 'text',
    transformResponse: (body: unknown) => body, // errors are text: we parse what we have looked at
    validateStatus: () => true,
    headers: { 'Accept-Encoding': 'gzip' },
  });

const skewOf = (response: AxiosResponse): number | undefined => {
  const date = Date.parse(String(response.headers['date']));
  return Number.isNaN(date) ? undefined : date + 500 - Date.now();
};

export const createLokiClient = ({ connection, budget, timeoutMs = 10_000 }: ClientOptions): LokiClient => {
  const http = createHttp(timeoutMs);
  let skew: number | undefined;
  let queries = Math.floor(Math.random() * 1e9);

  /** Sends a request; gives the text of a 2xx answer. */
  const ask = async (path: string, parameters: Parameters, signal: AbortSignal): Promise<string> => {
    const admission = await connection.admission();
    const long = (parameters['query'] ?? '').length > longestGet;
    const response = await http
      .request<string>({
        url: connection.url + path,
        method: long ? 'POST' : 'GET',
        ...(long ? { data: new URLSearchParams(parameters) } : { params: new URLSearchParams(parameters) }),
        ...admission,
        // axios ends its own timer with the headers; this one also ends an answer that stops in the middle.
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs + 1_000)]),
      })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        if (axios.isCancel(error))
          throw new LokiError('too-big', `Loki gave no whole answer in ${timeoutMs} ms`);
        throw errorOfTransport(error);
      });
    if (response.status < 200 || response.status > 299)
      throw errorOfStatus(response.status, connection.conceal(response.data));
    skew = skewOf(response) ?? skew;
    return response.data;
  };

  const query = async (
    kind: 'query' | 'query_range',
    { lane, ...parameters }: { readonly lane: Lane; readonly query: string } & Parameters,
    signal: AbortSignal,
  ): Promise<string> => {
    const leave = await budget.enter(lane, signal);
    let bytes = 0;
    try {
      // Loki caches empty answers, and old counts, by the text of the query, whatever Cache-Control says. The new
      // line keeps ours out of a comment at the selector's end.
      queries += 1;
      const text = `${parameters.query}\n# detector ${queries}`;
      const body = await ask(`/loki/api/v1/${kind}`, { ...parameters, query: text }, signal);
      bytes = body.length;
      budget.wellServed();
      return body;
    } catch (error) {
      if (error instanceof LokiError && error.kind === 'overloaded') budget.overloaded();
      throw error;
    } finally {
      leave(bytes);
    }
  };

  return {
    lines: async ({ selector, from, to, limit, lane }, signal) => {
      const range = { start: String(from), end: String(to), limit: String(limit), direction: 'forward' };
      const body = await query('query_range', { lane, query: selector, ...range }, signal);
      const data = dataOf(body, 'streams');
      return { lines: linesOf(data['result']), bytes: body.length };
    },
    countsBySecond: async ({ selector, first, last, lane }, signal) => {
      const counts = `sum(count_over_time(${selector}\n[1s]))`;
      const range = { start: `${first}000000000`, end: `${last}000000000`, step: '1s' };
      const body = await query('query_range', { lane, query: counts, ...range }, signal);
      const samples = samplesOf(dataOf(body, 'matrix')['result']);
      return new Map(samples.map(({ second, value }) => [second, value]));
    },
    instant: async (text, at, signal) => {
      const body = await query('query', { lane: 'live', query: text, time: String(at) }, signal);
      return samplesOf(dataOf(body, 'vector')['result']);
    },
    buildInfo: async (signal) => {
      const info: unknown = JSON.parse(await ask('/loki/api/v1/status/buildinfo', {}, signal));
      const version = typeof info === 'object' && info !== null && 'version' in info ? info.version : '';
      return { version: typeof version === 'string' ? version : '' };
    },
    clockSkewMs: () => skew,
  };
};
