import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';

/** What a gateway before Loki may do to queries: the faults that the real Loki cannot be made to show on demand. */
export type Mood = 'well' | 'busy' | 'broken' | 'empty';

export interface LokiProxy {
  readonly url: string;
  mood: Mood;
  /** Cuts every tail. */
  cutTails(): void;
  close(): Promise<void>;
}

const EMPTY = JSON.stringify({ status: 'success', data: { resultType: 'streams', result: [], stats: {} } });

const faults: Readonly<Record<Exclude<Mood, 'well'>, (response: ServerResponse) => void>> = {
  busy: (response) =>
    response.writeHead(429, { 'content-type': 'text/plain' }).end('too many outstanding requests'),
  broken: (response) => response.writeHead(500, { 'content-type': 'text/plain' }).end('rpc error'),
  empty: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(EMPTY),
};

/** Passes everything on to a Loki, unless its mood says otherwise. */
export const startLokiProxy = async (target: string): Promise<LokiProxy> => {
  const to = new URL(target);
  const tails = new Set<Socket>();
  const proxy = { mood: 'well' as Mood };
  const pass = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { method, url, headers } = incoming;
    const outgoing = request({ host: to.hostname, port: to.port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.writeHead(502).end('no Loki'));
    incoming.pipe(outgoing);
  };
  const server = createServer((incoming, response) => {
    const isQuery = incoming.url?.includes('/query') === true;
    if (proxy.mood === 'well' || !isQuery) pass(incoming, response);
    else faults[proxy.mood](response);
  });
  server.on('upgrade', (incoming, socket: Socket) => {
    const upstream = connect(Number(to.port), to.hostname, () => {
      const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`);
      upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      upstream.pipe(socket).pipe(upstream);
    });
    tails.add(socket);
    for (const end of [socket, upstream]) {
      end.on('error', () => undefined);
      end.on('close', () => {
        tails.delete(socket);
        socket.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listens on TCP
  const cutTails = (): void => {
    for (const tail of tails) tail.destroy();
  };
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${port}`,
    cutTails,
    close: async () => {
      cutTails();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
};
