import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Told } from '../../src/alert.ts';
import { wallClock } from '../../src/clock.ts';
import { createLogger } from '../../src/service/log.ts';
import { type Service, startService } from '../../src/service/service.ts';
import { StateError } from '../../src/state/state-error.ts';

let folder = '';
let service: Service | undefined;
let told: Told[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'detector-service-'));
  told = [];
  await writeFile(join(folder, 'audit.log'), '');
  await configure();
});
afterEach(async () => {
  await service?.close(100);
  service = undefined;
  await rm(folder, { recursive: true });
});

const configure = (changes: object = {}): Promise<void> =>
  writeFile(
    join(folder, 'detector.yaml'),
    JSON.stringify({
      zones: { lan: ['10.0.20.0/22'], terraform: ['10.0.20.5/32'] },
      sources: [{ name: 'local', file: 'audit.log', format: 'kube-audit' }],
      state_dir: 'state',
      http: { listen: '127.0.0.1:0' },
      log: { level: 'error' },
      ...changes,
    }),
  );

const start = async (): Promise<Service> => {
  service = await startService({
    load: { config: [join(folder, 'detector.yaml')], rules: [], env: {}, orExample: false },
    env: {},
    clock: wallClock,
    createLog: (level) => createLogger(level, process.stderr),
    onTold: (one) => told.push(one),
  });
  return service;
};

const line = (user: string, ip: string): string =>
  `${JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: user,
    stage: 'ResponseComplete',
    verb: 'get',
    requestURI: '/api/v1/pods',
    user: { username: `system:serviceaccount:apps:${user}` },
    sourceIPs: [ip],
    objectRef: { resource: 'pods' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-11-21T10:00:00.000000Z',
    stageTimestamp: '2026-11-21T10:00:00.000000Z',
  })}\n`;

const write = (text: string): Promise<void> => appendFile(join(folder, 'audit.log'), text);
const actors = (): readonly (string | undefined)[] =>
  told.map(({ finding }) => finding.actor?.split(':').at(-1));
const get = async (path: string, method = 'GET') => {
  const response = await fetch(`http://${service?.address}${path}`, { method });
  return { status: response.status, body: await response.text() };
};
const until = async (met: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 200 && !met(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(met()).toBe(true);
};

describe('the service', () => {
  it('tells each finding once, also over a restart', async () => {
    await start();
    await write(line('one', '203.0.113.7') + line('benign', '10.0.20.7'));
    await until(() => told.length === 1);
    await service?.close(100);
    await write(line('two', '203.0.113.7'));
    await start();
    await until(() => told.length === 2);
    expect(actors()).toEqual(['one', 'two']);
  });

  it('answers health, readiness, metrics and status', async () => {
    await start();
    await write(line('one', '203.0.113.7'));
    await until(() => told.length === 1);
    for (const path of ['/-/healthy', '/healthz', '/-/ready', '/readyz'])
      expect((await get(path)).status).toBe(200);
    expect((await get('/metrics')).body).toContain('detector_lines_read_total{stream="local"} 1');
    expect((await get('/metrics')).body).toContain(
      'detector_findings_total{rule="K2",severity="critical",outcome="new"} 1',
    );
    const status = JSON.parse((await get('/api/v1/status')).body);
    expect(status.streams).toMatchObject([{ name: 'local', up: true, lines: 1, rejects: 0 }]);
    const page = await get('/');
    expect(page.body).toContain('<h1>Status</h1>');
    expect(page.body).toContain('system:serviceaccount:apps:one');
    expect((await get('/nowhere')).status).toBe(404);
    expect((await get('/-/reload')).status).toBe(405);
  });

  it('takes a new configuration, and goes on where it was', async () => {
    await start();
    await write(line('one', '203.0.113.7'));
    await until(() => told.length === 1);
    await configure({ zones: { lan: ['203.0.113.0/24'] } });
    expect(await get('/-/reload', 'POST')).toEqual({ status: 200, body: 'reloaded\n' });
    await write(line('trusted now', '203.0.113.7') + line('two', '10.0.20.7'));
    await until(() => told.length === 2);
    expect(actors()).toEqual(['one', 'two']);
  });

  it('keeps the old configuration when the new one is bad, and says so', async () => {
    await start();
    await configure({ zonez: {} });
    const answer = await get('/-/reload', 'POST');
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('unknown key `zonez`');
    expect((await get('/metrics')).body).toContain('detector_config_last_reload_successful 0');
    await write(line('one', '203.0.113.7'));
    await until(() => told.length === 1);
  });

  it('keeps the old one also when the new one only fails to start', async () => {
    await start();
    await configure({ sources: [{ name: 'kube', loki: '{job="x"}', format: 'kube-audit' }] });
    const answer = await get('/-/reload', 'POST');
    expect(answer.body).toContain('`loki.url` is not set');
    await write(line('one', '203.0.113.7'));
    await until(() => told.length === 1);
  });

  it('notices by itself that its files have changed', async () => {
    await start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await configure({ zones: { lan: ['203.0.113.0/24'] }, rules: { disabled: ['K9'] } });
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline && service?.status().rules.includes('K9') === true) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(service?.status().rules).not.toContain('K9');
  });

  it('lets only one write its state, and says who holds it', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(StateError);
    await expect(start()).rejects.toThrow(String(process.pid));
    service = first;
  });
});
