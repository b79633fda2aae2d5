import { writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAlertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import { describeWithServers } from '../servers/available.ts';
import { type RunningLoki, startLoki } from '../servers/loki.ts';
import { auditLine, onlyKubeAudit, pause } from '../support/audit-line.ts';
import { createDetectorProcess, type DetectorProcess } from '../support/detector-process.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/detector.yaml');
const FIVE_MINUTES = 300_000;

/** A gateway before Loki that lets nobody in but the bearer of `token`. */
const startGateway = async (
  target: string,
): Promise<{ server: Server; url: string; token: { value: string } }> => {
  const token = { value: 'good' };
  const to = new URL(target);
  const server = createServer((incoming, response) => {
    if (incoming.headers.authorization !== `Bearer ${token.value}`) {
      response.writeHead(401).end('no');
      return;
    }
    const { method, url: path, headers } = incoming;
    const outgoing = request({ host: to.hostname, port: to.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.writeHead(502).end());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // a listening server of ours has an address with a port
  return { server, token, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

describeWithServers(['loki', 'alertmanager'], 'a detector that cannot see', () => {
  let loki: RunningLoki;
  let alertmanager: RunningAlertmanager;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let detector: DetectorProcess;

  beforeAll(async () => {
    [loki, alertmanager] = await Promise.all([startLoki(), startAlertmanager()]);
    gateway = await startGateway(loki.url);
    detector = await createDetectorProcess(
      {
        loki: { url: gateway.url, bearer_token_file: 'loki-token', tail: false, poll: '1s', overlap: '5s' },
        alertmanager: { urls: [alertmanager.url] },
        sources: onlyKubeAudit('{job="kubernetes-audit"}').map((source) =>
          'name' in source && source.name === 'vault-audit' ? { ...source, silence: '20s' } : source,
        ),
        canary: { every: '3s', deadline: '15s', key_file: 'canary-key' },
      },
      EXAMPLE,
    );
    await writeFile(join(detector.folder, 'loki-token'), 'good');
    await writeFile(join(detector.folder, 'canary-key'), 'a key');
    await detector.start();
  }, 120_000);

  afterAll(async () => {
    await detector?.kill('SIGKILL');
    await detector?.remove();
    gateway?.server.closeAllConnections();
    gateway?.server.close();
    await Promise.all([loki?.stop(), alertmanager?.stop()]);
  });

  const alertsNamed = async (start: string): Promise<readonly string[]> => {
    const alerts = (await alertmanager.api('/api/v2/alerts')) as { labels: Record<string, string> }[]; // as documented
    return alerts.flatMap(({ labels }) =>
      labels['alertname']?.startsWith(start) === true ? [labels['stream'] ?? ''] : [],
    );
  };

  const until = async (what: () => Promise<boolean>, within: number): Promise<boolean> => {
    for (const end = Date.now() + within; Date.now() < end; await pause(500)) if (await what()) return true;
    return false;
  };

  it('sees its own canaries come back, and tells nobody of them', { timeout: 90_000 }, async () => {
    const latency = /^detector_canary_latency_seconds\{stream="kube-audit"\} [\d.]+$/m;
    expect(await until(async () => latency.test(await detector.get('/metrics')), 60_000)).toBe(true);
    expect(await alertsNamed('')).toEqual([]);
    expect(await detector.get('/metrics')).toMatch(
      /detector_parse_errors_total\{stream="kube-audit",reason="other-kind"\} 0/,
    );
  });

  it('still sees the lines between them', { timeout: 60_000 }, async () => {
    const ms = Date.now();
    const text = auditLine({ id: 1, ms, user: 'intruder', exec: true });
    await loki.push([{ stream: { job: 'kubernetes-audit' }, values: [[`${ms}000000`, text]] }]);
    expect(await until(async () => (await alertsNamed('K4')).length > 0, 40_000)).toBe(true);
  });

  it('tells within five minutes of a stream that is silent', { timeout: FIVE_MINUTES }, async () => {
    expect(await until(async () => (await alertsNamed('D1')).includes('vault-audit'), 120_000)).toBe(true);
  });

  it('tells within five minutes that Loki discarded a line', { timeout: FIVE_MINUTES }, async () => {
    // The first look at the counters comes with the start; what was before is past.
    await pause(3_000);
    const values: [string, string][] = [[`${Date.now()}000000`, 'x'.repeat(300_000)]];
    await expect(loki.push([{ stream: { job: 'kubernetes-audit' }, values }])).rejects.toThrow(
      /max entry size/,
    );
    expect(await until(async () => (await alertsNamed('D3')).includes('loki'), 120_000)).toBe(true);
  });

  it('tells within five minutes that its token was revoked, and when it is let in again', {
    timeout: 2 * FIVE_MINUTES,
  }, async () => {
    gateway.token.value = 'another';
    const missing = async (): Promise<boolean> =>
      (await alertsNamed('DetectorCanaryMissing')).includes('kube-audit');
    expect(await until(missing, FIVE_MINUTES)).toBe(true);
    await writeFile(join(detector.folder, 'loki-token'), 'another');
    const recovered = async (): Promise<boolean> =>
      /^detector_canary_missing\{stream="kube-audit"\} 0$/m.test(await detector.get('/metrics'));
    expect(await until(recovered, FIVE_MINUTES)).toBe(true);
  });
});
