import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlackCall {
  readonly method: string;
  readonly token: string;
  readonly channel: string;
  readonly text: string;
  readonly ts: string | undefined;
  readonly threadTs: string | undefined;
  /** The blocks as they came, JSON. */
  readonly blocks: string;
  /** Whether it stands in the channel now. */
  readonly accepted: boolean;
}

/** How the double answers one call. `lost`: it takes the message, and the answer never comes. */
export type Answer =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'rate-limited'; readonly retryAfter: number | undefined }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'html' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'hang' };

export interface SlackDouble {
  readonly apiUrl: string;
  /** Every call, in the order in which they came. */
  readonly calls: readonly SlackCall[];
  /** What stands in the channels, in order, updates applied. */
  messages(): readonly SlackCall[];
  /** Decides about each call from now on; `ok` without one. */
  answer(decide: (call: Omit<SlackCall, 'accepted'>, index: number) => Answer): void;
  stop(): Promise<void>;
}

/** Slack as far as the detector can see it: chat.postMessage and chat.update, with its limits on size. */
export async function startSlackDouble(): Promise<SlackDouble> {
  const calls: SlackCall[] = [];
  let decide: (call: Omit<SlackCall, 'accepted'>, index: number) => Answer = () => ({ kind: 'ok' });
  const server = createServer((request, response) => void handle(request, response));

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = readCall(request, await bodyOf(request));
    const answer = decide(call, calls.length);
    const refused = answer.kind === 'ok' ? refusal(call) : undefined;
    const accepted = (answer.kind === 'ok' || answer.kind === 'lost') && refused === undefined;
    const ts =
      call.method === 'chat.update' ? call.ts : `1700000000.${String(calls.length).padStart(6, '0')}`;
    calls.push({ ...call, ts, accepted });
    reply(response, refused === undefined ? answer : { kind: 'error', code: refused }, {
      channel: channelId(call.channel),
      ts,
    });
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    calls,
    messages: () => standing(calls),
    answer: (given) => {
      decide = given;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const channelId = (channel: string): string =>
  channel.startsWith('#') ? `C${channel.slice(1).toUpperCase()}` : channel;

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

const readCall = (request: IncomingMessage, body: URLSearchParams): Omit<SlackCall, 'accepted'> => ({
  method: (request.url ?? '').replace(/^\/api\//, ''),
  token: (request.headers.authorization ?? '').replace(/^Bearer /, ''),
  channel: body.get('channel') ?? '',
  text: body.get('text') ?? '',
  ts: body.get('ts') ?? undefined,
  threadTs: body.get('thread_ts') ?? undefined,
  blocks: body.get('blocks') ?? '[]',
});

/** Slack's limits, as far as they are known. */
function refusal({ text, blocks }: Omit<SlackCall, 'accepted'>): string | undefined {
  const parsed: unknown = JSON.parse(blocks);
  if (!Array.isArray(parsed) || parsed.length > 50) return 'invalid_blocks';
  if (text === '') return 'no_text';
  if (text.length > 40_000) return 'msg_too_long';
  if (blocks.length > 13_172) return 'msg_blocks_too_long';
  return parsed.every(isWithinLimits) ? undefined : 'invalid_blocks';
}

interface AnyBlock {
  readonly type?: string;
  readonly text?: { readonly text: string };
  readonly fields?: readonly { readonly text: string }[];
  readonly elements?: readonly { readonly url?: string; readonly text?: unknown }[];
}

function isWithinLimits({ type, text, fields = [], elements = [] }: AnyBlock): boolean {
  const length = text?.text.length ?? 0;
  if (type === 'header') return length >= 1 && length <= 150;
  if (type === 'section' && (length > 3_000 || (length === 0 && fields.length === 0))) return false;
  return (
    fields.length <= 10 &&
    fields.every((field) => field.text.length <= 2_000) &&
    elements.length <= 25 &&
    elements.every(({ url }) => url === undefined || url.length <= 3_000)
  );
}

function reply(
  response: ServerResponse,
  answer: Answer,
  made: { readonly channel: string; readonly ts: string | undefined },
): void {
  const json = (body: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  switch (answer.kind) {
    case 'ok':
      json({ ok: true, ...made });
      return;
    case 'error':
      json({ ok: false, error: answer.code });
      return;
    case 'rate-limited': {
      const header = answer.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) };
      response.writeHead(429, header).end();
      return;
    }
    case 'status':
      response.writeHead(answer.status).end('trouble');
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Sign in</body></html>');
      return;
    case 'lost':
      response.destroy();
      return;
    case 'hang':
      return;
  }
}

function standing(calls: readonly SlackCall[]): readonly SlackCall[] {
  const messages: SlackCall[] = [];
  for (const call of calls.filter(({ accepted }) => accepted)) {
    const at = call.method === 'chat.update' ? messages.findIndex(({ ts }) => ts === call.ts) : -1;
    if (at >= 0) messages[at] = call;
    else messages.push(call);
  }
  return messages;
}
