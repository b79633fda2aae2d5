import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { LokiError } from '../../../src/sources/loki/error.ts';
import { clientFor } from './real.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const { signal } = new AbortController();
const open: { closeAllConnections(): void; close(): void }[] = [];
const folder = mkdtempSync(join(tmpdir(), 'detector-test-'));
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

const portOf = async (server: Server): Promise<number> => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port; // of a TCP server never a string
};

const serve = async (answer: Answer): Promise<string> => {
  const server = createServer(answer);
  open.push(server);
  return `http://127.0.0.1:${await portOf(server)}`;
};

const streams = { status: 'success', data: { resultType: 'streams', result: [] } };
const wellServed: Answer = (_, response) => response.end(JSON.stringify(streams));
const query = { selector: '{job="x"}', from: 1n, to: 9n, limit: 10, lane: 'live' as const };
const errorFrom = async (promise: Promise<unknown>): Promise<LokiError> => {
  const error = await promise.catch((caught: unknown) => caught);
  if (error instanceof LokiError) return error;
  throw new Error(`expected a LokiError, got ${String(error)}`);
};

describe('the Loki client', () => {
  test.each([
    { name: 'too many requests', status: 429, body: 'too many outstanding requests', kind: 'overloaded' },
    {
      name: 'a gateway that found Loki too slow',
      status: 504,
      body: '<html>Gateway Time-out',
      kind: 'too-big',
    },
    {
      name: 'a query that took too long',
      status: 500,
      body: 'request timed out, decrease the duration of the request or add more label matchers',
      kind: 'too-big',
    },
    {
      name: 'an answer over the message limit',
      status: 500,
      body: 'rpc error: code = ResourceExhausted desc = trying to send message larger than max (12003053 vs. 4194304)',
      kind: 'too-big',
    },
    { name: 'a Loki that starts', status: 500, body: 'empty ring', kind: 'unavailable' },
    { name: 'a gateway without Loki', status: 502, body: 'Bad Gateway', kind: 'unavailable' },
    { name: 'a cancelled query', status: 499, body: 'context canceled', kind: 'unavailable' },
    { name: 'a missing tenant', status: 401, body: 'no org id', kind: 'unauthorized' },
    { name: 'a forbidden tenant', status: 403, body: '', kind: 'unauthorized' },
    { name: 'a bad query', status: 400, body: 'parse error at line 1, col 6', kind: 'refused' },
    { name: 'a login page behind a redirect', status: 302, body: '', kind: 'refused' },
    { name: 'a login page', status: 200, body: '<!doctype html><title>Sign in</title>', kind: 'malformed' },
    { name: 'an answer without data', status: 200, body: '{"status":"success"}', kind: 'malformed' },
    {
      name: 'a time that is a number',
      status: 200,
      body: '{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[[1,"x"]]}]}}',
      kind: 'malformed',
    },
  ])('says what $name asks of us', async ({ status, body, kind }) => {
    const url = await serve((_, response) => response.writeHead(status).end(body));
    const error = await errorFrom(clientFor({ url }).lines(query, signal));
    expect(error.kind).toBe(kind);
    if (status !== 200 && body !== '') expect(error.message).toContain(body);
  });

  test('learns from a refusal how many lines Loki gives', async () => {
    const body = 'max entries limit per query exceeded, limit > max_entries_limit_per_query (5000 > 250)';
    const url = await serve((_, response) => response.writeHead(400).end(body));
    expect(await errorFrom(clientFor({ url }).lines(query, signal))).toMatchObject({
      kind: 'too-big',
      mostLines: 250,
    });
  });

  test.each([
    { name: 'never begins', answer: (() => {}) as Answer },
    { name: 'stops in the middle', answer: ((_, response) => response.write('{"status":')) as Answer },
  ])('gives up waiting for an answer that $name', async ({ answer }) => {
    const client = clientFor({ url: await serve(answer) }, 200);
    expect((await errorFrom(client.lines(query, signal))).kind).toBe('too-big');
  });

  test('ends a request when it is told to stop', async () => {
    const stop = new AbortController();
    const url = await serve(() => stop.abort(new Error('stopped')));
    await expect(clientFor({ url }).lines(query, stop.signal)).rejects.toThrow('stopped');
  });

  test('shows nothing of an error that a terminal or a log could trip over, and no secrets', async () => {
    const body = '\u001b[31mred\u202e Authorization: Bearer abcdefghijklmnop \n\n next';
    const url = await serve((_, response) => response.writeHead(400).end(body));
    const { message } = await errorFrom(clientFor({ url }).lines(query, signal));
    expect(message).toMatch(/^[\x20-\x7e…]+$/);
    expect(message).not.toContain('abcdefghijklmnop');
  });

  test('reads a compressed answer', async () => {
    const url = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(streams)));
    });
    expect(await clientFor({ url }).lines(query, signal)).toMatchObject({ lines: [] });
  });

  test('joins labels, metadata and parsed labels, keeps nanoseconds, and sorts over streams', async () => {
    const result = [
      { stream: { host: 'a' }, values: [['1795211826479000002', 'second']] },
      {
        stream: { host: 'b' },
        values: [['1795211826479000001', 'first', { structuredMetadata: { t: '1' }, parsed: { p: '2' } }]],
      },
    ];
    const url = await serve((_, response) =>
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'streams', result } })),
    );
    const { lines } = await clientFor({ url }).lines(query, signal);
    expect(lines).toEqual([
      { ns: 1795211826479000001n, labels: { host: 'b', t: '1', p: '2' }, text: 'first' },
      { ns: 1795211826479000002n, labels: { host: 'a' }, text: 'second' },
    ]);
  });

  test('never sends the same text twice, and sends a long query as a form', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      seen.push(`${request.method} ${decodeURIComponent(request.url ?? '').slice(0, 80)}`);
      wellServed(request, response);
    });
    const client = clientFor({ url: `${url}/` });
    await client.lines(query, signal);
    await client.lines(query, signal);
    await client.lines({ ...query, selector: `{job="${'x'.repeat(5_000)}"}` }, signal);
    expect(seen[0]).toMatch(/^GET \/loki\/api\/v1\/query_range\?query=\{job="x"\}\n#\+detector\+\d+/);
    expect(seen[1]).not.toBe(seen[0]);
    expect(seen[2]).toBe('POST /loki/api/v1/query_range');
  });

  test('reads a token again when its file has changed, as Kubernetes swaps it', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers['x-scope-orgid']?.toString());
      wellServed(request, response);
    });
    const file = join(folder, 'token');
    writeFileSync(file, 'first\n');
    const client = clientFor({ url, tenant: 'homelab', access: { bearer_token_file: file } });
    await client.lines(query, signal);
    writeFileSync(join(folder, 'new'), 'later\n');
    renameSync(join(folder, 'new'), file);
    await client.lines(query, signal);
    expect(seen).toEqual(['Bearer first', 'homelab', 'Bearer later', 'homelab']);
    rmSync(file);
    const error = await errorFrom(client.lines(query, signal));
    expect(error).toMatchObject({ kind: 'unauthorized', message: expect.stringContaining(file) });
  });

  test('sends a user name with the password of a file', async () => {
    const url = await serve((request, response) => {
      expect(request.headers.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
      wellServed(request, response);
    });
    const file = join(folder, 'password');
    writeFileSync(file, 'secret');
    await clientFor({ url, access: { basic_auth: { username: 'me', password_file: file } } }).lines(
      query,
      signal,
    );
    expect.assertions(1);
  });

  test('trusts the certificates of its file, and nobody else', async () => {
    const read = (name: string): string => readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');
    const server = createTlsServer({ key: read('key.pem'), cert: read('cert.pem') }, wellServed);
    open.push(server);
    const url = `https://localhost:${await portOf(server)}`;
    expect((await errorFrom(clientFor({ url }).lines(query, signal))).message).toContain(
      'self-signed certificate',
    );
    const file = join(folder, 'ca.pem');
    writeFileSync(file, read('cert.pem'));
    expect(await clientFor({ url, access: { tls: { ca_file: file } } }).lines(query, signal)).toMatchObject({
      lines: [],
    });
  });

  test('knows how far its clock is from the one of Loki', async () => {
    const url = await serve((request, response) => {
      response.setHeader('date', new Date(Date.now() + 60_000).toUTCString());
      wellServed(request, response);
    });
    const client = clientFor({ url });
    expect(client.clockSkewMs()).toBeUndefined();
    await client.lines(query, signal);
    expect(client.clockSkewMs()).toBeGreaterThan(55_000);
    expect(client.clockSkewMs()).toBeLessThan(65_000);
  });
});
