import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { headscaleClientOf } from '../../src/headscale/client.ts';
import { startTailnet, type Tailnet } from '../../src/headscale/tailnet.ts';
import { openStore } from '../../src/state/store.ts';
import { createZones } from '../../src/zones.ts';
import { createFastClock, type FastClock } from '../support/fast-clock.ts';
import { type HttpAnswer, type HttpDouble, startHttpDouble } from '../support/http-double.ts';
import { scratchFolder } from '../support/scratch.ts';
import { machines022, nodes023, nodes028, routes022, routes023, SECRET } from './recorded.ts';

const KEY = 'hskey-api-abcdefghijkl-verysecretpartofthekey';
const json = (value: unknown): HttpAnswer => ({ body: JSON.stringify(value) });
const NOT_FOUND: HttpAnswer = { status: 404, body: '{"code":5,"message":"Not Found","details":[]}' };

interface Scene {
  readonly server: HttpDouble;
  readonly tailnet: Tailnet;
  readonly clock: FastClock;
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

async function scene(
  answers: Readonly<Record<string, HttpAnswer>>,
  given: { folder?: string; clock?: FastClock } = {},
): Promise<Scene> {
  const server = await startHttpDouble();
  server.answer(({ path }) => answers[path] ?? NOT_FOUND);
  const folder = given.folder ?? (await scratchFolder());
  const clock = given.clock ?? createFastClock();
  const keyFile = join(folder, 'key');
  await writeFile(keyFile, `${KEY}\n`);
  const store = await openStore({ folder, nowMs: clock.now() });
  const client = headscaleClientOf(
    { url: server.url, api_key: undefined, api_key_file: keyFile, zone: 'tailnet', refresh: 60_000 },
    {},
  );
  const tailnet = startTailnet({ client, meta: store.meta, clock, refreshMs: 60_000, onChange: () => {} });
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await tailnet.close();
    store.close();
  };
  onTestFinished(stop);
  await tailnet.ready;
  return { server, tailnet, clock, folder, stop };
}

test.each([
  { name: '0.22', answers: { '/api/v1/machine': json(machines022), '/api/v1/routes': json(routes022) } },
  { name: '0.23 to 0.25', answers: { '/api/v1/node': json(nodes023), '/api/v1/routes': json(routes023) } },
  { name: '0.28 and later', answers: { '/api/v1/node': json(nodes028) } },
])('the nodes of version $name are told by address, with user or tag', async ({ answers }) => {
  const { tailnet, server } = await scene(answers);
  expect(tailnet.status()).toMatchObject({ nodes: 2, problem: undefined });
  expect(tailnet.entries.map(({ cidr }) => cidr)).toEqual(['100.64.0.1', 'fd7a:115c:a1e0::1', '100.64.0.2']);
  expect(tailnet.nodeOf('100.64.0.1')).toBe('laptop-3 of viktor');
  expect(tailnet.nodeOf('fd7a:115c:a1e0:0::1')).toBe('laptop-3 of viktor');
  expect(tailnet.nodeOf('100.64.0.2')).toBe('gw-1 (tag:router)');
  expect(tailnet.nodeOf('10.77.3.4')).toBe('behind the subnet router gw-1 (tag:router)');
  expect(tailnet.nodeOf('10.88.3.4')).toBeUndefined();
  expect(tailnet.nodeOf('8.8.8.8')).toBeUndefined();
  expect(server.requests[0]?.authorization).toBe(`Bearer ${KEY}`);
});

test('neither the routes of a subnet router nor those of an exit node are trusted', async () => {
  const { tailnet } = await scene({ '/api/v1/node': json(nodes028) });
  const zones = createZones({}).with('tailnet', tailnet.entries);
  expect(zones.of('100.64.0.2')).toEqual(['tailnet']);
  expect(zones.of('10.77.3.4')).toEqual([]);
  expect(zones.of('8.8.8.8')).toEqual([]);
});

test('an expired node counts for what happened before its end only', async () => {
  const [node] = nodes028.nodes;
  const expired = { nodes: [{ ...node, expiry: '2026-11-01T00:00:00Z' }] };
  const { tailnet } = await scene({ '/api/v1/node': json(expired) });
  const zones = createZones({}).with('tailnet', tailnet.entries);
  const end = Date.UTC(2026, 10, 1) * 1000;
  expect(zones.of('100.64.0.1', end - 1)).toEqual(['tailnet']);
  expect(zones.of('100.64.0.1', end)).toEqual([]);
});

test('a node that claims a whole network as its address gets none', async () => {
  const [node] = nodes028.nodes;
  const { tailnet } = await scene({
    '/api/v1/node': json({ nodes: [{ ...node, ipAddresses: ['0.0.0.0/0', '100.64.0.9'] }] }),
  });
  expect(tailnet.entries.map(({ cidr }) => cidr)).toEqual(['100.64.0.9']);
});

test.each<{ name: string; answer: HttpAnswer; says: RegExp }>([
  {
    name: 'a wrong key (0.27 and later)',
    answer: { status: 401, body: 'Unauthorized' },
    says: /refuses the API key/,
  },
  {
    name: 'a wrong key (before)',
    answer: { status: 500, body: 'Unauthorized' },
    says: /refuses the API key/,
  },
  { name: 'a server in trouble', answer: { status: 500, body: 'database is locked' }, says: /HTTP 500/ },
  { name: 'an empty list', answer: json({ nodes: [] }), says: /no node with an address/ },
  {
    name: 'nodes without addresses',
    answer: json({ nodes: [{ ...nodes028.nodes[0], ipAddresses: [] }] }),
    says: /no node with an address/,
  },
  {
    name: 'an answer that is cut',
    answer: { body: JSON.stringify(nodes028).slice(0, 400) },
    says: /cannot be read/,
  },
  { name: 'a login page', answer: { body: '<html>Sign in</html>' }, says: /cannot be read/ },
  { name: 'something else', answer: json({ users: [] }), says: /cannot be read/ },
])(
  'after $name the last good list stays in use, and says why and how old it is',
  async ({ answer, says }) => {
    const answers: Record<string, HttpAnswer> = { '/api/v1/node': json(nodes028) };
    const { tailnet, clock } = await scene(answers);
    const listedMs = clock.now();
    answers['/api/v1/node'] = answer;
    for (let i = 0; i < 2_000 && tailnet.status().problem === undefined; i++) {
      await clock.advance(60_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(tailnet.nodeOf('100.64.0.1')).toBe('laptop-3 of viktor');
    expect(tailnet.status()).toMatchObject({
      nodes: 2,
      listedMs: expect.any(Number),
      problem: expect.stringMatching(says),
    });
    expect(tailnet.status().listedMs).toBeGreaterThanOrEqual(listedMs);
    expect(tailnet.status().problem).not.toMatch(new RegExp(`${SECRET}|verysecret`));
  },
);

test('the last good list outlives a restart, without any key', async () => {
  const first = await scene({ '/api/v1/node': json(nodes028) });
  await first.stop();
  const second = await scene({ '/api/v1/node': { status: 502 } }, { folder: first.folder });
  expect(second.tailnet.nodeOf('100.64.0.1')).toBe('laptop-3 of viktor');
  expect(second.tailnet.status()).toMatchObject({ nodes: 2, problem: 'Headscale answered with HTTP 502' });
  await second.stop();
  const store = await openStore({ folder: first.folder, nowMs: 0 });
  expect(JSON.stringify(store.meta.read('headscale-nodes'))).not.toContain(SECRET);
  store.close();
});

test('the end of our own API key is known in advance, in the forms of all versions', async () => {
  for (const prefix of ['abcdefghijkl', 'hskey-api-abcdefghijkl-***']) {
    const { tailnet } = await scene({
      '/api/v1/node': json(nodes028),
      '/api/v1/apikey': json({
        apiKeys: [
          { id: '1', prefix: 'other', expiration: '2030-01-01T00:00:00Z' },
          { id: '2', prefix, expiration: '2026-12-01T00:00:00Z' },
        ],
      }),
    });
    await expect.poll(() => tailnet.status().keyExpiresMs, { timeout: 20_000 }).toBe(Date.UTC(2026, 11, 1));
  }
});

test('five thousand nodes are read and looked up', async () => {
  const [node] = nodes028.nodes;
  const many = Array.from({ length: 5_000 }, (_, index) => ({
    ...node,
    id: String(index),
    name: `n-${index}`,
    givenName: `n-${index}`,
    ipAddresses: [`100.64.${index >> 8}.${index & 255}`],
  }));
  const { tailnet } = await scene({ '/api/v1/node': json({ nodes: many }) });
  expect(tailnet.status().nodes).toBe(5_000);
  expect(tailnet.nodeOf('100.64.19.135')).toBe('n-4999 of viktor');
});
