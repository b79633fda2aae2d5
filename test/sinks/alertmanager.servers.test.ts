import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { wallClock } from '../../src/clock.ts';
import { notifyTest, type TestStep } from '../../src/sinks/notify-test.ts';
import { type RunningAlertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import { describeWithServers } from '../servers/available.ts';
import { alertmanagerSettings, slackSettings, startTestDelivery } from '../support/deliver.ts';
import { createFastClock } from '../support/fast-clock.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSlackDouble } from '../support/slack-double.ts';
import { aFinding } from '../support/told.ts';

interface Listed {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: { readonly state: string };
}

const SLOW = { timeout: 20_000, interval: 100 };

describeWithServers(['alertmanager'], 'a real Alertmanager', () => {
  let server: RunningAlertmanager;
  const listed = async (): Promise<readonly Listed[]> =>
    (await server.api('/api/v2/alerts')) as readonly Listed[]; // as its API documents it

  beforeAll(async () => {
    server = await startAlertmanager();
  });
  afterAll(() => server?.stop());
  beforeEach(() => server.restartForgetting());

  test('is told an alert with its labels and everything people ask next', async () => {
    const { delivery } = await startTestDelivery({
      settings: { alertmanager: alertmanagerSettings(server.url) },
    });
    const first = aFinding({ id: 'f1' });
    const second = aFinding({ id: 'f2', object: 'vault/vault-1', key: 'K4|dana@example.org|vault/vault-1' });
    delivery.accept({ findings: [first, second], seenMs: Date.now() });
    await expect.poll(listed, SLOW).toHaveLength(1);
    expect((await listed())[0]).toMatchObject({
      labels: {
        alertname: 'K4-test',
        rule: 'K4',
        severity: 'warning',
        stream: 'kube-audit',
        actor: 'dana@example.org',
        namespace: 'vault',
        lane: 'security',
      },
      annotations: {
        summary: first.summary,
        finding_ids: 'f1,f2',
        count: '2',
        runbook_url: 'https://example.org/runbook/K4',
      },
    });
    expect(delivery.status().lanes[0]).toMatchObject({ waiting: 0, failing: undefined });
  });

  test('hears of an alert that came while it was down', async () => {
    await server.kill('SIGKILL');
    const { delivery, seen } = await startTestDelivery({
      settings: { alertmanager: alertmanagerSettings(server.url) },
    });
    delivery.accept({ findings: [aFinding()], seenMs: Date.now() });
    await expect.poll(() => seen.said.join(), SLOW).toContain('ECONNREFUSED');
    await server.start();
    await expect.poll(listed, SLOW).toHaveLength(1);
  });

  test('is told again what it forgot when it was restarted, and a restarted detector does not resolve it', async () => {
    const folder = await scratchFolder();
    const clock = createFastClock(Date.now());
    const settings = { alertmanager: alertmanagerSettings(server.url) };
    const first = await startTestDelivery({ settings, clock, folder });
    first.delivery.accept({ findings: [aFinding()], seenMs: clock.now() });
    await expect.poll(listed, SLOW).toHaveLength(1);
    await first.stop();
    await server.restartForgetting();
    expect(await listed()).toHaveLength(0);
    const second = await startTestDelivery({ settings, clock, folder });
    await expect.poll(listed, SLOW).toHaveLength(1);
    await server.restartForgetting();
    await clock.advance(60_000);
    await expect.poll(listed, SLOW).toHaveLength(1);
    expect(second.delivery.status().heldAlerts).toBe(1);
  });

  test('an alert that is raised leaves its old labels', async () => {
    const { delivery } = await startTestDelivery({
      settings: { alertmanager: alertmanagerSettings(server.url) },
    });
    delivery.accept({ findings: [aFinding({ id: 'mild' })], seenMs: Date.now() });
    await expect.poll(listed, SLOW).toHaveLength(1);
    delivery.accept({ findings: [aFinding({ id: 'grave', severity: 'critical' })], seenMs: Date.now() });
    const severities = async () => (await listed()).map(({ labels }) => labels['severity']);
    await expect.poll(severities, SLOW).toEqual(['critical']);
    expect((await listed())[0]?.annotations['finding_ids']).toBe('mild,grave');
  });

  test('an instance that is down does not keep the other from being told', async () => {
    const { delivery } = await startTestDelivery({
      settings: { alertmanager: alertmanagerSettings('http://127.0.0.1:1', server.url) },
    });
    delivery.accept({ findings: [aFinding()], seenMs: Date.now() });
    await expect.poll(listed, SLOW).toHaveLength(1);
    expect(delivery.status().lanes.map(({ waiting }) => waiting)).toEqual([1, 0]);
  });

  test('a silence mutes Slack while it lasts, and what it hid is told when it is gone', async () => {
    const slack = await startSlackDouble();
    const silence = {
      matchers: [{ name: 'actor', value: 'dana.*', isRegex: true, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'viktor',
      comment: 'maintenance <!channel>',
    };
    const made = await server.api('/api/v2/silences', silence);
    const { delivery, seen } = await startTestDelivery({
      settings: { alertmanager: alertmanagerSettings(server.url), slack: slackSettings(slack.apiUrl) },
    });
    const hidden = aFinding({ id: 'hidden', severity: 'critical' });
    const other = aFinding({ id: 'other', actor: 'eve', key: 'other', summary: 'eve did it' });
    delivery.accept({ findings: [hidden, other], seenMs: Date.now() });
    await expect.poll(() => slack.messages().length, SLOW).toBe(2);
    const texts = slack.messages().map(({ text }) => text);
    expect(texts.find((text) => text.includes('hides critical alerts'))).toContain(
      'maintenance &lt;!channel&gt;',
    );
    expect(texts.find((text) => text.includes('eve did it'))).toBeDefined();
    expect(seen.counts.get('slack:#security muted')).toBe(1);
    const { silenceID } = made as { readonly silenceID: string }; // as its API documents it
    await fetch(`${server.url}/api/v2/silence/${silenceID}`, { method: 'DELETE' });
    await expect.poll(() => slack.messages().length, SLOW).toBe(3);
    expect(slack.messages()[2]?.text).toContain(hidden.summary);
    await slack.stop();
  });

  test('is told when Slack takes nothing any more', async () => {
    const slack = await startSlackDouble();
    slack.answer(() => ({ kind: 'error', code: 'channel_not_found' }));
    const { delivery } = await startTestDelivery({
      settings: { alertmanager: alertmanagerSettings(server.url), slack: slackSettings(slack.apiUrl) },
    });
    delivery.accept({ findings: [aFinding()], seenMs: Date.now() });
    const names = async () => (await listed()).map(({ labels }) => labels['alertname']).sort();
    await expect.poll(names, SLOW).toEqual(['DetectorSinkBroken', 'K4-test']);
    expect(delivery.status().lanes[1]?.blocked).toContain('channel_not_found');
    await slack.stop();
  });

  test('the notification test goes through all of it', async () => {
    const slack = await startSlackDouble();
    const steps: TestStep[] = [];
    const run = (alertmanagerUrl: string) =>
      notifyTest({
        settings: { alertmanager: alertmanagerSettings(alertmanagerUrl), slack: slackSettings(slack.apiUrl) },
        env: { SLACK_TOKEN: 'xoxb-0000-secret-token' },
        clock: wallClock,
        signal: new AbortController().signal,
        onStep: (step) => void steps.push(step),
      });
    expect(await run(server.url)).toBe(true);
    expect(steps.map(({ ok }) => ok)).toEqual([true, true, true, true, true, true]);
    await expect.poll(listed, SLOW).toEqual([]);
    slack.answer(() => ({ kind: 'error', code: 'not_in_channel' }));
    expect(await run('http://127.0.0.1:1')).toBe(false);
    expect(steps.at(-1)?.detail).toContain('/invite');
    await slack.stop();
  });
});
