import { redactText } from '../../redact.ts';
import { UNPRINTABLE, visibleEscape } from '../../unprintable.ts';

/**
 * What a failed request asks of the caller:
 * - `too-big`: ask for less (fewer lines, a shorter range). A Loki that hangs looks the same as one whose answer is
 *   larger than its message limit, so a timeout is `too-big` too.
 * - `overloaded`: wait, all of us. `unavailable`: wait.
 * - `unauthorized`, `refused`, `malformed`: asking again will not help until somebody changes something.
 */
export type LokiErrorKind =
  | 'too-big'
  | 'overloaded'
  | 'unavailable'
  | 'unauthorized'
  | 'refused'
  | 'malformed';

export class LokiError extends Error {
  override readonly name = 'LokiError';
  readonly kind: LokiErrorKind;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The most lines that Loki gives at once, where that was the trouble. */
  readonly mostLines: number | undefined;
  constructor(
    kind: LokiErrorKind,
    message: string,
    options: { status?: number; mostLines?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.status = options.status;
    this.mostLines = options.mostLines;
  }
}

/** True when asking again, later, may help by itself. */
export const passesByItself = (error: LokiError): boolean =>
  error.kind === 'too-big' || error.kind === 'overloaded' || error.kind === 'unavailable';

/** Loki's errors are plain text, those of a gateway before it HTML: the start of it, fit for a log. */
export const excerptOfBody = (body: string): string => {
  const text = redactText(body.slice(0, 2_000))
    .replace(/\s+/g, ' ')
    .trim()
    .replace(UNPRINTABLE, visibleEscape);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};

const tooBig = /larger than max|request timed out|context deadline exceeded|decrease the duration/;

const kindOfStatus = (status: number, body: string): LokiErrorKind => {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'overloaded';
  if (status === 504 || (status >= 500 && tooBig.test(body))) return 'too-big';
  if (status === 499 || status === 408 || status >= 500) return 'unavailable';
  return 'refused';
};

/** `max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 > 5000)`; 0 would be no limit. */
const mostLinesOf = (body: string): number | undefined => {
  const most = /max entries limit per query exceeded.*\(\d+ > ([1-9]\d{0,6})\)/.exec(body)?.[1];
  return most === undefined ? undefined : Number(most);
};

/** The error for an answer that is not 2xx. */
export const errorOfStatus = (status: number, body: string): LokiError => {
  const mostLines = mostLinesOf(body);
  const kind = mostLines === undefined ? kindOfStatus(status, body) : 'too-big';
  const text = excerptOfBody(body);
  return new LokiError(kind, `Loki answered ${status}${text === '' ? '' : `: ${text}`}`, {
    status,
    mostLines,
  });
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** What axios reports when the time is over, or the answer larger than we take. */
const sizeCodes = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ERR_BAD_RESPONSE']);

/** The error for a request that got no (whole) answer. */
export const errorOfTransport = (error: unknown): LokiError => {
  if (error instanceof LokiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const kind = code !== undefined && sizeCodes.has(code) ? 'too-big' : 'unavailable';
  return new LokiError(kind, `Loki gave no answer: ${excerptOfBody(message || code || 'unknown error')}`, {
    cause: error,
  });
};
