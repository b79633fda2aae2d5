import {
  type Logger,
  type LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import { failureOfCode, failureOfTransport, type SlackFailure } from './slack-errors.ts';
import type { Rendered } from './slack-message.ts';

export interface Posted {
  readonly kind: 'ok';
  /** The channel's ID: updates take no names. */
  readonly channel: string;
  readonly ts: string;
}

/** The two calls that we need. Neither retries nor rejects. */
export interface SlackClient {
  post(
    message: Rendered & { readonly channel: string; readonly threadTs?: string },
    signal: AbortSignal,
  ): Promise<Posted | SlackFailure>;
  update(
    message: Rendered & { readonly channel: string; readonly ts: string },
    signal: AbortSignal,
  ): Promise<Posted | SlackFailure>;
}

export interface SlackClientOptions {
  /** Read for every call: mounted tokens rotate. */
  readonly token: () => Promise<string>;
  readonly apiUrl: string;
  readonly timeoutMs: number;
}

/** Without a Retry-After the SDK gives no reason that could be told from others. */
const DEFAULT_RETRY_AFTER_S = 30;

export function createSlackClient(options: SlackClientOptions): SlackClient {
  const call = async (
    method: string,
    args: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<Posted | SlackFailure> => {
    let token: string;
    try {
      token = await options.token();
    } catch (error) {
      return {
        kind: 'permanent',
        scope: 'sink',
        reason: error instanceof Error ? error.message : String(error),
      };
    }
    try {
      const answer: Readonly<Record<string, unknown>> = {
        ...args,
        ...(await clientFor(token, options, signal).apiCall(method, args)),
      };
      return { kind: 'ok', channel: String(answer['channel']), ts: String(answer['ts'] ?? '') };
    } catch (error) {
      const failure = failureOf(error);
      return { ...failure, reason: failure.reason.replaceAll(token, '<redacted>') };
    }
  };
  return {
    post: ({ channel, threadTs, text, blocks }, signal) => {
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      return call(
        'chat.postMessage',
        {
          channel,
          text,
          ...some(blocks),
          ...thread,
          unfurl_links: false,
          unfurl_media: false,
          parse: 'none',
        },
        signal,
      );
    },
    // `text` without blocks would remove the blocks; its default for `parse` is another one than that of a post.
    update: ({ channel, ts, text, blocks }, signal) =>
      call('chat.update', { channel, ts, text, ...some(blocks), parse: 'none' }, signal),
  };
}

const some = (blocks: Rendered['blocks']) => (blocks.length === 0 ? {} : { blocks });

/** One client a call, which costs a fraction of a millisecond: the token is fresh, and the signal reaches its request. */
const clientFor = (
  token: string,
  { apiUrl, timeoutMs }: SlackClientOptions,
  signal: AbortSignal,
): WebClient =>
  new WebClient(token, {
    slackApiUrl: apiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: silent,
    fetch: (url, init) => fetchOnce(url, init, signal),
  });

const fetchOnce: (
  url: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  signal: AbortSignal,
) => Promise<Response> = async (url, init, signal) => {
  const signals = init?.signal ? [init.signal, signal] : [signal];
  const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) });
  if (response.status !== 429) return response;
  const seconds = Number(response.headers.get('retry-after'));
  const usable =
    Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds), 3_600) : DEFAULT_RETRY_AFTER_S;
  await response.body?.cancel();
  return new Response(null, { status: 429, headers: { 'retry-after': String(usable) } });
};

function failureOf(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'retry', reason: 'rate limited', afterMs: error.retryAfter * 1000 };
  }
  if (error instanceof WebAPIPlatformError) return failureOfCode(String(error.data.error));
  if (error instanceof WebAPIHTTPError) {
    // A gateway gave up waiting: Slack may have it.
    return { kind: error.statusCode === 504 ? 'unknown' : 'retry', reason: `HTTP ${error.statusCode}` };
  }
  return failureOfTransport(error instanceof WebAPIRequestError ? error.original : error);
}

/** The SDK would print requests, tokens left out but log lines not. */
const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => 'error' as LogLevel, // the enum's value; the enum itself is not there at run time under ESM
  setName: () => {},
};
