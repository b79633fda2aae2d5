import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAlertmanager, startAlertmanager } from './alertmanager.ts';
import { describeWithServers } from './available.ts';
import { requireBinary } from './binaries.ts';
import { type RunningHeadscale, startHeadscale } from './headscale.ts';
import { type RunningLoki, startLoki } from './loki.ts';

const run = promisify(execFile);

// The facts that fakes and clients of this project rely on, asked of the real servers.

describeWithServers(['loki'], 'a real Loki', () => {
  let loki: RunningLoki;
  const now = Date.now();
  const range = `start=${now - 60_000}000000&end=${now + 60_000}000000&direction=forward`;
  const query = async (parameters: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${loki.url}/loki/api/v1/query_range?${parameters}`, { headers });

  beforeAll(async () => {
    loki = await startLoki();
    await loki.push([
      {
        stream: { job: 'smoke' },
        values: [
          [`${now}000001`, 'first'],
          [`${now}000001`, 'second at the same time', { trace_id: 't1' }],
        ],
      },
    ]);
  });
  afterAll(() => loki?.stop());

  test('gives back what was pushed, with nanoseconds, index labels and metadata apart', async () => {
    const answer = await query(`query={job="smoke"}&${range}`, {
      'X-Loki-Response-Encoding-Flags': 'categorize-labels',
    });
    expect(await answer.json()).toMatchObject({
      status: 'success',
      data: {
        resultType: 'streams',
        encodingFlags: ['categorize-labels'],
        result: [
          {
            stream: { job: 'smoke', service_name: 'smoke' },
            // Lines of one nanosecond come in no promised order.
            values: expect.arrayContaining([
              [`${now}000001`, 'first', { structuredMetadata: { detected_level: 'unknown' } }],
              [
                `${now}000001`,
                'second at the same time',
                { structuredMetadata: { detected_level: 'unknown', trace_id: 't1' } },
              ],
            ]),
          },
        ],
      },
    });
  });

  test('tells the version it was built from', async () => {
    const answer = await fetch(`${loki.url}/loki/api/v1/status/buildinfo`);
    expect(await answer.json()).toMatchObject({ version: '3.7.8' });
  });

  test.each([
    {
      name: 'a query that does not parse',
      parameters: 'query={job=',
      status: 400,
      text: /^parse error at line 1/,
    },
    {
      name: 'a limit over 5000',
      parameters: 'query={job="smoke"}&limit=5001',
      status: 400,
      text: /^max entries limit per query exceeded, limit > max_entries_limit_per_query \(5001 > 5000\)/,
    },
  ])('answers $name with plain text', async ({ parameters, status, text }) => {
    const answer = await query(parameters);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(await answer.text()).toMatch(text);
  });

  test('keeps what it took over a SIGKILL, and logcli reads it', async () => {
    await loki.restart('SIGKILL');
    const { stdout } = await run(requireBinary('logcli'), [
      `--addr=${loki.url}`,
      '--quiet',
      'query',
      '--output=raw',
      '--since=10m',
      '--forward',
      '{job="smoke"}',
    ]);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.trim())
        .sort(),
    ).toEqual(['first', 'second at the same time']);
  });

  test('asks for a tenant where tenants are on', async () => {
    const strict = await startLoki({ tenants: true });
    try {
      const answer = await fetch(`${strict.url}/loki/api/v1/query_range?query={job="smoke"}`);
      expect(answer.status).toBe(401);
      expect(await answer.text()).toBe('no org id\n');
    } finally {
      await strict.stop();
    }
  });
});

describeWithServers(['alertmanager'], 'a real Alertmanager', () => {
  let alertmanager: RunningAlertmanager;
  beforeAll(async () => {
    alertmanager = await startAlertmanager();
  });
  afterAll(() => alertmanager?.stop());

  const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
  const muteSmoke = (): Promise<unknown> =>
    alertmanager.api('/api/v2/silences', {
      matchers: [{ name: 'alertname', value: 'Smoke', isRegex: false, isEqual: true }],
      startsAt: inMinutes(0),
      endsAt: inMinutes(5),
      createdBy: 'smoke test',
      comment: '',
    });
  const postSmoke = (): Promise<unknown> =>
    alertmanager.api('/api/v2/alerts', [
      { labels: { alertname: 'Smoke' }, endsAt: inMinutes(5), startsAt: inMinutes(0) },
    ]);

  test('reads an alert back as suppressed by its silence', async () => {
    const { silenceID } = (await muteSmoke()) as { silenceID: string };
    await postSmoke();
    // The state is `active` until the first notification run, group_wait after the post.
    await expect
      .poll(() => alertmanager.api('/api/v2/alerts'), { timeout: 10_000 })
      .toMatchObject([
        { labels: { alertname: 'Smoke' }, status: { state: 'suppressed', silencedBy: [silenceID] } },
      ]);
  });

  test('a restart keeps silences and loses alerts; forgetting loses both', async () => {
    await alertmanager.restart();
    expect(await alertmanager.api('/api/v2/alerts')).toEqual([]);
    expect(await alertmanager.api('/api/v2/silences')).toMatchObject([{ status: { state: 'active' } }]);
    await alertmanager.restartForgetting();
    expect(await alertmanager.api('/api/v2/silences')).toEqual([]);
  });

  test('takes the good alert of a post that it refuses for a bad one', async () => {
    await expect(
      alertmanager.api('/api/v2/alerts', [{ labels: { alertname: 'Good' } }, { labels: {} }]),
    ).rejects.toThrow('400: "at least one label pair required"');
    expect(await alertmanager.api('/api/v2/alerts')).toMatchObject([{ labels: { alertname: 'Good' } }]);
  });
});

describeWithServers(['headscale'], 'a real Headscale', () => {
  let headscale: RunningHeadscale;
  let key: string;
  const nodes = async (bearer: string): Promise<Response> =>
    fetch(`${headscale.url}/api/v1/node`, { headers: { authorization: `Bearer ${bearer}` } });
  const expiryOf = async (): Promise<unknown> => {
    const { nodes: list } = (await (await nodes(key)).json()) as {
      nodes: readonly { expiry: string | null }[];
    };
    return list[0]?.expiry;
  };

  beforeAll(async () => {
    headscale = await startHeadscale();
    await headscale.createUser('alice');
    await headscale.createNode({ name: 'laptop1', user: 'alice' });
    key = await headscale.createApiKey();
  });
  afterAll(() => headscale?.stop());

  test('lists a node with its user and its addresses', async () => {
    const answer = await nodes(key);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      nodes: [
        {
          id: '1',
          name: 'laptop1',
          givenName: 'laptop1',
          user: { name: 'alice' },
          ipAddresses: ['100.64.0.1', 'fd7a:115c:a1e0::1'],
          tags: [],
          approvedRoutes: [],
        },
      ],
    });
  });

  test('expires a node', async () => {
    // 0.29 writes "none" as Go's zero time, not as null.
    expect(await expiryOf()).toBe('0001-01-01T00:00:00Z');
    await headscale.expireNode('1');
    const expiry = Date.parse(String(await expiryOf()));
    expect(expiry).toBeGreaterThan(0);
    expect(expiry).toBeLessThanOrEqual(Date.now());
  });

  test('refuses a wrong key and an expired one with 401', async () => {
    expect((await nodes('hskey-api-000000000000-wrong')).status).toBe(401);
    const short = await headscale.createApiKey();
    expect((await nodes(short)).status).toBe(200);
    await headscale.expireApiKey(short);
    expect((await nodes(short)).status).toBe(401);
  });
});
