import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one address answers. Bodies are whole: nothing here is large. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `METHOD /path` to what answers it. */
export type Routes = Readonly<Record<string, () => Answer | Promise<Answer>>>;

export interface HttpServer {
  /** `127.0.0.1:9464`, with the port that was really taken. */
  readonly address: string;
  close(): Promise<void>;
}

export const text = (status: number, body: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

export const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value, undefined, 2)}\n`,
});

/** Serves the routes. Throws when the address cannot be taken. */
export const serve = async (
  listen: { readonly host: string; readonly port: number },
  routes: Routes,
): Promise<HttpServer> => {
  const server = createServer((request, response) => void handle(request, response, routes));
  // A client that sends its request a byte a minute must not hold a socket for ever.
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  await listening(server, listen);
  // `address` gives a string only for pipes, and this server listens on TCP.
  const { address, port } = server.address() as AddressInfo;
  return {
    address: `${address.includes(':') ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const listening = (server: Server, listen: { readonly host: string; readonly port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => {
      server.off('error', reject);
      resolve();
    });
  });

const handle = async (request: IncomingMessage, response: ServerResponse, routes: Routes): Promise<void> => {
  request.resume();
  const answer = await answerOf(request, routes);
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
};

const answerOf = async (request: IncomingMessage, routes: Routes): Promise<Answer> => {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const route = Object.hasOwn(routes, `${method} ${path}`) ? routes[`${method} ${path}`] : undefined;
  if (route !== undefined) {
    try {
      return await route();
    } catch (error) {
      return text(500, error instanceof Error ? error.message : String(error));
    }
  }
  const others = Object.keys(routes).filter((known) => known.endsWith(` ${path}`));
  return others.length > 0
    ? text(405, 'method not allowed')
    : text(404, `not found: there are ${paths(routes)}`);
};

const paths = (routes: Routes): string => Object.keys(routes).join(', ');
