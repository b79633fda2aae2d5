import { Observable } from 'rxjs';
import { WebSocket } from 'ws';
import { backoffMs } from '../../../backoff.ts';
import type { Clock } from '../../../clock.ts';
import { linesOf } from '../answer.ts';
import type { LokiConnection } from '../connection.ts';
import { errorOfStatus, errorOfTransport, excerptOfBody, LokiError } from '../error.ts';
import type { LokiLine } from '../line.ts';
import type { Nanos } from '../nanos.ts';

export type TailEvent =
  | { readonly type: 'open' }
  | { readonly type: 'lines'; readonly lines: readonly LokiLine[] }
  | {
      readonly type: 'closed';
      readonly error: LokiError;
      readonly failures: number;
      readonly retryInMs: number;
    };

export interface TailOptions {
  readonly connection: LokiConnection;
  readonly clock: Clock;
  readonly selector: string;
  /** Loki's time: the tail starts here, and gives no history. */
  readonly now: () => Nanos;
  /** Loki pings once a second, also when there is nothing to tell; it never notices that nobody answers. */
  readonly silenceMs?: number;
}

const handshakeMs = 10_000;
/** 100 lines of 256 KB make a frame of 25 MB. */
const longestFrame = 64 * 1024 * 1024;
/** A tail that lived this long was a good one: Loki ends each after an hour. */
const goodAfterMs = 10_000;
const delays = { firstMs: 1_000, mostMs: 60_000 };

// Without this live frames lack structured metadata, and their lines would look other than those of queries.
const categorized = { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' };

const open = async ({ connection, selector, now }: TailOptions): Promise<WebSocket> => {
  const { headers, httpAgent, httpsAgent } = await connection.admission();
  const parameters = new URLSearchParams({ query: selector, start: String(now()), limit: '1' });
  const url = `${connection.url.replace(/^http/, 'ws')}/loki/api/v1/tail?${parameters}`;
  return new WebSocket(url, {
    headers: { ...headers, ...categorized },
    handshakeTimeout: handshakeMs,
    maxPayload: longestFrame,
    perMessageDeflate: false,
    agent: connection.url.startsWith('https:') ? httpsAgent : httpAgent,
  });
};

/** The lines of a frame; none of a frame without categorized labels, whose lines would look other than they are. */
const linesIn = (data: unknown): readonly LokiLine[] => {
  const frame: unknown = JSON.parse(String(data));
  if (typeof frame !== 'object' || frame === null) return [];
  const flags = 'encodingFlags' in frame ? frame.encodingFlags : undefined;
  if (!Array.isArray(flags) || !flags.includes('categorize-labels')) return [];
  return linesOf('streams' in frame ? (frame.streams ?? []) : []);
};

interface Listener {
  readonly conceal: (text: string) => string;
  readonly silenceMs: number;
  readonly opened: () => void;
  readonly lines: (lines: readonly LokiLine[]) => void;
}

const bodyOf = async (response: AsyncIterable<Buffer>): Promise<string> => {
  let body = '';
  for await (const chunk of response) {
    body += chunk.toString('utf8');
    if (body.length > 4_000) break;
  }
  return body;
};

/** Listens until the socket ends; says why it did. Every code is an ordinary end: 1011 comes once an hour. */
const listen = (
  socket: WebSocket,
  { opened, lines, silenceMs, conceal }: Listener,
  signal: AbortSignal,
): Promise<LokiError> =>
  new Promise((resolve) => {
    const end = (error: LokiError): void => {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', stop);
      socket.terminate();
      resolve(error);
    };
    const stop = (): void => end(new LokiError('unavailable', 'stopped'));
    const silent = (): void =>
      end(new LokiError('unavailable', `Loki's tail was silent for ${silenceMs} ms`));
    let watchdog = setTimeout(silent, handshakeMs + silenceMs);
    const heard = (): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(silent, silenceMs);
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.on('ping', heard);
    socket.on('open', () => {
      heard();
      opened();
    });
    socket.on('message', (data) => {
      heard();
      try {
        lines(linesIn(data));
      } catch (error) {
        end(
          error instanceof LokiError
            ? error
            : new LokiError('malformed', "Loki's tail sent a frame that is no JSON"),
        );
      }
    });
    socket.on('unexpected-response', (_, response) => {
      const status = response.statusCode ?? 0;
      bodyOf(response).then(
        (body) => end(errorOfStatus(status, conceal(body))),
        (error: unknown) => end(errorOfTransport(error)),
      );
    });
    socket.on('close', (code, reason) => {
      const why = excerptOfBody(reason.toString('utf8'));
      end(new LokiError('unavailable', `Loki closed the tail (${code}${why === '' ? '' : `: ${why}`})`));
    });
    socket.on('error', (error) => end(errorOfTransport(error)));
    if (signal.aborted) stop();
  });

const tailForever = async (
  options: TailOptions,
  emit: (event: TailEvent) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { clock } = options;
  let failures = 0;
  while (!signal.aborted) {
    const started = clock.now();
    const listener: Listener = {
      conceal: (text) => options.connection.conceal(text),
      silenceMs: options.silenceMs ?? 5_000,
      opened: () => emit({ type: 'open' }),
      lines: (lines) => emit({ type: 'lines', lines }),
    };
    const error = await open(options).then(
      (socket) => listen(socket, listener, signal),
      (failure: unknown) => errorOfTransport(failure),
    );
    if (signal.aborted) return;
    failures = clock.now() - started >= goodAfterMs ? 0 : failures + 1;
    const retryInMs = failures === 0 ? 0 : backoffMs(delays, failures, clock.random());
    emit({ type: 'closed', error, failures, retryInMs });
    await clock.sleep(retryInMs, signal);
  }
};

/**
 * Lines as they come, within half a second, and again after every end. A hint only: Loki drops lines of a slow or
 * busy tail and does not always say so, ends it every hour, and has none for what came between two of them.
 */
export const tailLoki = (options: TailOptions): Observable<TailEvent> =>
  new Observable((subscriber) => {
    const stop = new AbortController();
    tailForever(options, (event) => subscriber.next(event), stop.signal).catch((error: unknown) =>
      subscriber.error(error),
    );
    return () => stop.abort();
  });
