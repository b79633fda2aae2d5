import { randomBytes } from 'node:crypto';
import axios from 'axios';
import type { Clock } from '../clock.ts';
import type { Env } from '../config/env.ts';
import type { Settings } from '../config/schema.ts';
import { createHttpAccess, type HttpAccess } from '../http-access.ts';
import { createAlertmanagerSink } from './alertmanager.ts';
import type { PostableAlert } from './alertmanager-alert.ts';
import { fetchSilences } from './alertmanager-silences.ts';
import { harmless } from './deliver.ts';
import { channelsOf, slackClientOf } from './slack-lanes.ts';
import { section } from './slack-message.ts';
import { slackText } from './slack-text.ts';

/** One thing that was tried. */
export interface TestStep {
  /** `Alertmanager http://…: takes an alert`. */
  readonly step: string;
  readonly ok: boolean;
  /** What came back, or what to do. */
  readonly detail: string;
}

export interface NotifyTestOptions {
  readonly settings: Pick<Settings, 'alertmanager' | 'slack'>;
  readonly env: Env;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called for each step as it ends. */
  readonly onStep: (step: TestStep) => void;
}

const LIVES_MS = 300_000;

/**
 * Sends a test alert to every Alertmanager and reads it back, reads the silences, resolves it; posts to every Slack
 * channel and changes the message. What fails does not stop the rest. False when something failed, or nothing is
 * configured.
 */
export async function notifyTest(options: NotifyTestOptions): Promise<boolean> {
  const results: boolean[] = [];
  const report = (step: TestStep): void => {
    results.push(step.ok);
    options.onStep(step);
  };
  const { alertmanager, slack } = options.settings;
  for (const url of alertmanager?.urls ?? []) await testAlertmanager(url, options, report);
  for (const channel of slack === undefined ? [] : channelsOf(slack))
    await testChannel(channel, options, report);
  if (results.length === 0)
    report({
      step: 'configuration',
      ok: false,
      detail: 'neither alertmanager nor slack is configured: set alertmanager.urls or slack.token_file',
    });
  return results.every((ok) => ok);
}

type Report = (step: TestStep) => void;

async function testAlertmanager(
  url: string,
  { settings, env, clock, signal }: NotifyTestOptions,
  report: Report,
): Promise<void> {
  const access = createHttpAccess(settings.alertmanager ?? {}, env);
  const nonce = randomBytes(8).toString('hex');
  const name = `Alertmanager ${url}`;
  const post = (endsMs: number) =>
    createAlertmanagerSink({ url, access }).deliver(
      [testAlert({ nonce, endsMs, nowMs: clock.now(), labels: settings.alertmanager?.labels ?? {} })],
      signal,
    );
  try {
    const [sent] = await post(clock.now() + LIVES_MS);
    const failed = sent === undefined || sent.kind === 'ok' ? undefined : harmless(sent.reason);
    report({
      step: `${name}: takes an alert`,
      ok: failed === undefined,
      detail: failed ?? 'alertname DetectorTest, severity info',
    });
    if (failed !== undefined) return;
    await tried(report, `${name}: shows the alert`, async () => {
      if (!(await shows({ url, access, signal, nonce })))
        throw new Error('it took the alert and does not list it: is there a load balancer before it?');
      return 'read back';
    });
    await tried(report, `${name}: shows its silences`, async () => {
      const silences = await fetchSilences({ url, access, signal, nowMs: clock.now() });
      return `${silences.length} that are not over`;
    });
    await tried(report, `${name}: resolves the alert`, async () => {
      const [resolved] = await post(clock.now());
      if (resolved !== undefined && resolved.kind !== 'ok') throw new Error(resolved.reason);
      return 'resolved';
    });
  } finally {
    access.close();
  }
}

async function tried(report: Report, step: string, work: () => Promise<string>): Promise<void> {
  try {
    report({ step, ok: true, detail: await work() });
  } catch (error) {
    report({ step, ok: false, detail: harmless(error instanceof Error ? error.message : String(error)) });
  }
}

interface TestAlert {
  readonly nonce: string;
  readonly nowMs: number;
  readonly endsMs: number;
  readonly labels: Readonly<Record<string, string>>;
}

const testAlert = ({ nonce, nowMs, endsMs, labels }: TestAlert): PostableAlert => ({
  labels: { ...labels, alertname: 'DetectorTest', rule: 'detector', severity: 'info' },
  annotations: { summary: 'A test of `detector notify test`: nothing has happened.', nonce },
  startsAt: new Date(Math.min(nowMs, endsMs) - 1_000).toISOString(),
  endsAt: new Date(endsMs).toISOString(),
});

interface Showing {
  readonly url: string;
  readonly access: HttpAccess;
  readonly signal: AbortSignal;
  readonly nonce: string;
}

async function shows({ url, access, signal, nonce }: Showing): Promise<boolean> {
  const filter = encodeURIComponent('alertname="DetectorTest"');
  const answer = await axios
    .get<string>(`${url.replace(/\/+$/, '')}/api/v2/alerts?filter=${filter}`, {
      ...(await access.admission()),
      signal,
      responseType: 'text',
      transformResponse: (body) => body,
      maxContentLength: 10_000_000,
    })
    .catch((error: unknown) => {
      // axios keeps the request, credentials and all, in its errors.
      throw new Error(access.conceal(error instanceof Error ? error.message : String(error)));
    });
  return answer.data.includes(nonce);
}

async function testChannel(
  channel: string,
  { settings, env, signal }: NotifyTestOptions,
  report: Report,
): Promise<void> {
  if (settings.slack === undefined) return;
  const client = slackClientOf(settings.slack, env);
  const text = 'A test of `detector notify test`: nothing has happened.';
  const step = `Slack ${channel}: takes a message`;
  const posted = await client.post({ channel, text: slackText(text, 200), blocks: [section(text)] }, signal);
  if (posted.kind !== 'ok') {
    report({ step, ok: false, detail: harmless(posted.reason) });
    return;
  }
  report({ step, ok: true, detail: `channel ${posted.channel}` });
  const done = `${text} Messages can be posted and changed.`;
  const changed = await client.update(
    { channel: posted.channel, ts: posted.ts, text: slackText(done, 200), blocks: [section(done)] },
    signal,
  );
  const failed = changed.kind === 'ok' ? undefined : harmless(changed.reason);
  report({
    step: `Slack ${channel}: changes the message`,
    ok: failed === undefined,
    detail: failed ?? 'changed',
  });
}
