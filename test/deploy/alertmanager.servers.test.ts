import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAlertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import { describeWithServers } from '../servers/available.ts';
import { PROJECT } from '../support/markdown.ts';

interface Group {
  readonly receiver: { readonly name: string };
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

describeWithServers(['alertmanager'], 'deploy/alertmanager/alertmanager.yml, run by Alertmanager', () => {
  let alertmanager: RunningAlertmanager;
  beforeAll(async () => {
    const config = readFileSync(join(PROJECT, 'deploy/alertmanager/alertmanager.yml'), 'utf8');
    // No message leaves this machine.
    alertmanager = await startAlertmanager({
      config: config.replaceAll(/http:\/\/(notifier|deadman)[^/]*\//g, 'http://127.0.0.1:9/'),
    });
    const alert = (alertname: string, labels: Readonly<Record<string, string>>) => ({
      labels: { alertname, ...labels },
    });
    await alertmanager.api('/api/v2/alerts', [
      alert('K3-secret-read', { lane: 'security', rule: 'K3', actor: 'mallory', severity: 'critical' }),
      alert('DetectorAlive', { lane: 'deadman', severity: 'none' }),
      alert('KubePodCrashLooping', { severity: 'warning' }),
      alert('DetectorNotReading', { lane: 'security', stream: 'kube-audit' }),
      alert('DetectorLagging', { lane: 'security', stream: 'kube-audit' }),
      alert('DetectorLagging', { lane: 'security', stream: 'sshd-pve' }),
    ]);
  });
  afterAll(() => alertmanager?.stop());

  const groups = async (): Promise<readonly Group[]> =>
    // The shape of Alertmanager's API; a wrong one fails the comparisons below.
    (await alertmanager.api('/api/v2/alerts/groups')) as readonly Group[];

  test('findings and the sign of life have lanes of their own', async () => {
    const byReceiver = new Map<string, string[]>();
    for (const { receiver, alerts } of await groups()) {
      const names = alerts.map(({ labels }) => labels['alertname'] ?? '');
      byReceiver.set(receiver.name, [...(byReceiver.get(receiver.name) ?? []), ...names].sort());
    }
    expect(Object.fromEntries(byReceiver)).toEqual({
      security: ['DetectorLagging', 'DetectorLagging', 'DetectorNotReading', 'K3-secret-read'],
      deadman: ['DetectorAlive'],
      'everything-else': ['KubePodCrashLooping'],
    });
  });

  test('a stream that cannot be read inhibits its lag, and no other', async () => {
    await expect
      .poll(
        async () => {
          const lagging = (await alertmanager.api('/api/v2/alerts?filter=alertname="DetectorLagging"')) as {
            // As above.
            labels: { stream: string };
            status: { state: string };
          }[];
          return Object.fromEntries(lagging.map(({ labels, status }) => [labels.stream, status.state]));
        },
        { timeout: 20_000 },
      )
      .toEqual({ 'kube-audit': 'suppressed', 'sshd-pve': 'active' });
  });
});
