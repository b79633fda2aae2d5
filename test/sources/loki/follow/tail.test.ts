import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lastValueFrom, take, toArray } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { wallClock } from '../../../../src/clock.ts';
import { type TailEvent, tailLoki } from '../../../../src/sources/loki/follow/tail.ts';
import { connectionTo } from '../real.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Request {
  readonly url: URL;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface FakeTail {
  readonly url: string;
  readonly requests: Request[];
}

/** A server that does with each tail what the list says, and with the rest what its end says. */
const serveTail = async (...deeds: readonly ((socket: WebSocket) => void)[]): Promise<FakeTail> => {
  const server = createServer();
  open.push(server);
  const requests: Request[] = [];
  new WebSocketServer({ server }).on('connection', (socket, { url, headers }) => {
    requests.push({ url: new URL(url ?? '', 'ws://x'), headers });
    deeds[Math.min(requests.length, deeds.length) - 1]?.(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }; // TCP: never a string
};

const frame = (text: string, extra: object = { encodingFlags: ['categorize-labels'] }): string =>
  JSON.stringify({
    streams: [
      { stream: { a: '1' }, values: [['1795211826479000001', text, { structuredMetadata: { m: '2' } }]] },
    ],
    ...extra,
  });

/** Retries at once, so that tests need not wait. */
const hasty = { ...wallClock, sleep: async () => {} };

const eventsOf = (url: string, count: number): Promise<readonly TailEvent[]> => {
  const options = {
    connection: connectionTo({ url, tenant: 't' }),
    clock: hasty,
    selector: '{a="1"}',
    now: () => 42n,
    silenceMs: 300,
  };
  return lastValueFrom(tailLoki(options).pipe(take(count), toArray()));
};

const told = (events: readonly TailEvent[]): readonly string[] =>
  events.map((event) =>
    event.type === 'lines'
      ? event.lines.map(({ text }) => text).join()
      : event.type === 'closed'
        ? event.error.message
        : 'open',
  );

describe('the tail', () => {
  test('asks for lines from now on, as its tenant, and gives them with metadata among the labels', async () => {
    const { url, requests } = await serveTail((socket) => socket.send(frame('x')));
    expect(await eventsOf(url, 2)).toEqual([
      { type: 'open' },
      { type: 'lines', lines: [{ ns: 1795211826479000001n, labels: { a: '1', m: '2' }, text: 'x' }] },
    ]);
    expect(Object.fromEntries(requests[0]?.url.searchParams ?? [])).toEqual({
      query: '{a="1"}',
      start: '42',
      limit: '1',
    });
    expect(requests[0]?.headers).toMatchObject({
      'x-scope-orgid': 't',
      'x-loki-response-encoding-flags': 'categorize-labels',
    });
  });

  test.each([
    {
      name: 'the hourly end',
      end: (socket: WebSocket) => socket.close(1011, 'reached tail max duration limit'),
      why: 'Loki closed the tail (1011: reached tail max duration limit)',
    },
    {
      name: 'an ordinary close',
      end: (socket: WebSocket) => socket.close(1000),
      why: 'Loki closed the tail (1000)',
    },
    {
      name: 'a cut connection',
      end: (socket: WebSocket) => socket.terminate(),
      why: 'Loki closed the tail (1006)',
    },
    {
      name: 'a frame that is no JSON',
      end: (socket: WebSocket) => socket.send('no'),
      why: "Loki's tail sent a frame that is no JSON",
    },
  ])('comes back after $name', async ({ end, why }) => {
    const { url } = await serveTail(end, (socket) => socket.send(frame('again')));
    expect(told(await eventsOf(url, 4))).toEqual(['open', why, 'open', 'again']);
  });

  test('comes back when nothing is heard, not even a ping', async () => {
    const { url } = await serveTail(
      () => {},
      (socket) => socket.send(frame('again')),
    );
    expect(told(await eventsOf(url, 4))).toEqual([
      'open',
      "Loki's tail was silent for 300 ms",
      'open',
      'again',
    ]);
  });

  test('stays while it is pinged', async () => {
    const { url, requests } = await serveTail((socket) => {
      const pings = setInterval(() => socket.ping(), 50);
      setTimeout(() => {
        clearInterval(pings);
        socket.send(frame('after a while'));
      }, 700);
    });
    expect(told(await eventsOf(url, 2))).toEqual(['open', 'after a while']);
    expect(requests).toHaveLength(1);
  });

  test('passes on why it was not let in', async () => {
    const server = createServer((_, response) => response.writeHead(401).end('no org id\n'));
    server.on('upgrade', (_, socket) =>
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 10\r\n\r\nno org id\n'),
    );
    open.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo; // TCP: never a string
    const [event] = await eventsOf(`http://127.0.0.1:${port}`, 1);
    expect(event).toMatchObject({ type: 'closed', failures: 1, error: { kind: 'unauthorized' } });
    expect(told(event === undefined ? [] : [event])).toEqual(['Loki answered 401: no org id']);
  });

  test('gives nothing of frames whose labels are not told apart: they would look like other lines', async () => {
    const { url } = await serveTail((socket) => {
      socket.send(frame('unsorted', {}));
      socket.send(frame('sorted'));
    });
    expect(told(await eventsOf(url, 3))).toEqual(['open', '', 'sorted']);
  });

  test('is closed when nobody listens any more', async () => {
    const closed = new Promise<void>((resolve) => {
      void serveTail((socket) => socket.on('close', () => resolve())).then(({ url }) => eventsOf(url, 1));
    });
    await expect(closed).resolves.toBeUndefined();
  });
});
