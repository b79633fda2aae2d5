import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { wallClock } from '../../src/clock.ts';
import { headscaleClientOf } from '../../src/headscale/client.ts';
import { startTailnet, type Tailnet } from '../../src/headscale/tailnet.ts';
import { openStore } from '../../src/state/store.ts';
import { describeWithServers } from '../servers/available.ts';
import { type RunningHeadscale, startHeadscale } from '../servers/headscale.ts';
import { scratchFolder } from '../support/scratch.ts';

const PATIENT = { timeout: 20_000 };

describeWithServers(['headscale'], 'a real Headscale', () => {
  let server: RunningHeadscale;
  beforeAll(async () => {
    server = await startHeadscale();
    await server.createUser('viktor');
    await server.createNode({ name: 'laptop-3', user: 'viktor' });
  }, 120_000);
  afterAll(() => server?.stop());

  const follow = async (key: string): Promise<Tailnet> => {
    const store = await openStore({ folder: await scratchFolder(), nowMs: Date.now() });
    const client = headscaleClientOf(
      {
        url: server.url,
        api_key: { variable: 'KEY' },
        api_key_file: undefined,
        zone: 'tailnet',
        refresh: 60_000,
      },
      { KEY: key },
    );
    const tailnet = startTailnet({
      client,
      meta: store.meta,
      clock: wallClock,
      refreshMs: 200,
      onChange: () => {},
    });
    onTestFinished(async () => {
      await tailnet.close();
      store.close();
    });
    await tailnet.ready;
    return tailnet;
  };

  test('tells its nodes, and when our key ends', async () => {
    const tailnet = await follow(await server.createApiKey('3d'));
    expect(tailnet.status()).toMatchObject({ nodes: 1, problem: undefined });
    const [entry] = tailnet.entries;
    expect(tailnet.nodeOf(entry?.cidr ?? '')).toBe('laptop-3 of viktor');
    await expect
      .poll(() => tailnet.status().keyExpiresMs ?? 0, PATIENT)
      .toBeGreaterThan(Date.now() + 2 * 86_400_000);
  });

  test('a wrong key and an expired one are refused, and the message names neither', async () => {
    const key = await server.createApiKey();
    const good = await follow(key);
    expect(good.status().nodes).toBe(1);
    await server.expireApiKey(key);
    await expect.poll(() => good.status().problem, PATIENT).toMatch(/refuses the API key/);
    expect(good.status().nodes).toBe(1);
    const wrong = await follow('hskey-api-aaaaaaaaaaaa-wrong');
    expect(wrong.status().problem).toMatch(/refuses the API key/);
    expect(wrong.status().problem).not.toContain('wrong');
  });
});
