import { expect, onTestFinished, test } from 'vitest';
import { alertmanagerSettings, slackSettings, startTestDelivery } from './support/deliver.ts';
import { createFastClock } from './support/fast-clock.ts';
import { startHttpDouble } from './support/http-double.ts';
import { startSlackDouble } from './support/slack-double.ts';
import { aFinding } from './support/told.ts';

const HOUR_MS = 3_600_000;

test('a quiet day: one alert is held and resolved, the digest comes, and nothing piles up', async () => {
  const slack = await startSlackDouble();
  onTestFinished(() => slack.stop());
  const alertmanager = await startHttpDouble();
  alertmanager.answer(({ method }) => ({ body: method === 'GET' ? '[]' : '' }));
  const clock = createFastClock();
  const { delivery, store, seen } = await startTestDelivery({
    settings: { slack: slackSettings(slack.apiUrl), alertmanager: alertmanagerSettings(alertmanager.url) },
    clock,
  });
  const pass = async (hours: number): Promise<void> => {
    for (let minute = 0; minute < hours * 60; minute++) {
      await clock.advance(60_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  delivery.accept({ findings: [aFinding()], seenMs: clock.now() });
  await pass(0.5);
  const posts = () => alertmanager.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);
  const sleeping = clock.sleeping;
  expect(posts().length).toBeGreaterThanOrEqual(25);
  expect(delivery.status().heldAlerts).toBe(1);
  await pass(23.5);
  const [last] = posts()
    .slice(-1)
    .map((body) => JSON.parse(body)[0].endsAt);
  // An hour after the finding, by itself; told as resolved for some minutes, then no more.
  expect(Date.parse(last) - (clock.now() - 24 * HOUR_MS)).toBeGreaterThanOrEqual(HOUR_MS);
  expect(Date.parse(last) - (clock.now() - 24 * HOUR_MS)).toBeLessThan(HOUR_MS + 120_000);
  expect(posts().length).toBeLessThan(80);
  expect(delivery.status()).toMatchObject({
    heldAlerts: 0,
    alertmanagers: [{ up: true, problem: undefined }],
  });
  expect(slack.messages().map(({ text }) => text.slice(0, 12))).toEqual(
    ['🟠 WARNING K4', 'Daily digest'].map((text) => text.slice(0, 12)),
  );
  expect(slack.messages()[1]?.blocks).toContain('K4: 1 alerts, 1 findings');
  expect(clock.sleeping).toBeLessThanOrEqual(sleeping + 1);
  expect(store.outbox.depth('slack:#security')).toEqual({ waiting: 0, muted: 0, oldestMs: undefined });
  expect(seen.said.filter((text) => text.startsWith('fatal'))).toEqual([]);
}, 120_000);
