import { expect, onTestFinished, test } from 'vitest';
import { slackSettings, startTestDelivery } from './support/deliver.ts';
import { scratchFolder } from './support/scratch.ts';
import { type SlackDouble, startSlackDouble } from './support/slack-double.ts';
import { aFinding } from './support/told.ts';

const PATIENT = { timeout: 20_000 };

const startDouble = async (): Promise<SlackDouble> => {
  const double = await startSlackDouble();
  onTestFinished(() => double.stop());
  return double;
};

test('a finding becomes one message, however often it is given', async () => {
  const slack = await startDouble();
  const { delivery } = await startTestDelivery({ settings: { slack: slackSettings(slack.apiUrl) } });
  const finding = aFinding();
  expect(delivery.accept({ findings: [finding, finding], seenMs: Date.now() }).told).toHaveLength(1);
  expect(delivery.accept({ findings: [finding], seenMs: Date.now() })).toMatchObject({ told: [], known: 1 });
  await expect.poll(() => slack.messages(), PATIENT).toHaveLength(1);
  expect(slack.messages()[0]).toMatchObject({ method: 'chat.postMessage', channel: '#security' });
  expect(slack.messages()[0]?.text).toContain(finding.summary);
});

test('what was accepted and not yet told is told by the next start', async () => {
  const slack = await startDouble();
  slack.answer(() => ({ kind: 'status', status: 500 }));
  const folder = await scratchFolder();
  const settings = { slack: slackSettings(slack.apiUrl) };
  const first = await startTestDelivery({ settings, folder });
  first.delivery.accept({ findings: [aFinding()], seenMs: Date.now() });
  await expect.poll(() => slack.calls.length, PATIENT).toBeGreaterThan(0);
  await first.stop();
  slack.answer(() => ({ kind: 'ok' }));
  await startTestDelivery({ settings, folder });
  await expect.poll(() => slack.messages(), PATIENT).toHaveLength(1);
});
