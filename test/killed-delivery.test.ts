import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../src/state/store.ts';
import { scratchFolder } from './support/scratch.ts';
import { startSlackDouble } from './support/slack-double.ts';
import { aFinding } from './support/told.ts';

const built = (path: string): string => pathToFileURL(join(import.meta.dirname, '../dist', path)).href;
const ALERTS = 6;
const KILLS = 4;

/** Starts, gives the same findings as every time, and tells what is left to tell. */
const detector = (folder: string, apiUrl: string): string => `
  const { openStore } = await import(${JSON.stringify(built('state/store.js'))});
  const { startDelivery } = await import(${JSON.stringify(built('delivery.js'))});
  const { wallClock } = await import(${JSON.stringify(built('clock.js'))});
  const store = await openStore({ folder: ${JSON.stringify(folder)}, nowMs: Date.now() });
  const none = () => undefined;
  const delivery = await startDelivery({
    settings: { slack: { token: { variable: 'T' }, channel: '#s', routes: [], api_url: ${JSON.stringify(apiUrl)} } },
    env: { T: 'xoxb-test' }, store, clock: wallClock,
    observer: { delivered: none, blocked: none, recovered: none, fatal: (error) => { throw error; } },
    surroundings: { quietPeriodMsOf: () => 3600000, nameOf: (rule) => rule, selectorOf: none, runbookOf: none, nodeOf: none },
  });
  const finding = ${JSON.stringify(aFinding())};
  const findings = Array.from({ length: ${ALERTS} }, (_, i) => ({ ...finding, id: 'f' + i, key: 'k' + i, summary: 'summary-' + i + '.' }));
  delivery.accept({ findings, seenMs: Date.now() });
  setInterval(() => { if (delivery.status().lanes[0].waiting === 0) console.log('done'); }, 50);
`;

test('killed between sending and noting it: every alert is told, and one that comes twice says so', async () => {
  const folder = await scratchFolder();
  const slack = await startSlackDouble();
  onTestFinished(() => slack.stop());
  const start = () =>
    spawn(process.execPath, ['--input-type=module', '-e', detector(folder, slack.apiUrl)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  for (let kill = 0; kill < KILLS; kill++) {
    const before = slack.calls.length;
    const child = start();
    // Killed right after a message has come, before the answer can be noted.
    await expect.poll(() => slack.calls.length, { timeout: 20_000, interval: 1 }).toBeGreaterThan(before);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const last = start();
  await once(last.stdout, 'data');
  last.kill('SIGTERM');
  await once(last, 'exit');
  const told = slack.messages().map(({ text }) => /summary-\d/.exec(text)?.[0] ?? '');
  expect(new Set(told).size).toBe(ALERTS);
  expect(told.length).toBeLessThanOrEqual(ALERTS + KILLS);
  const doubts = slack.messages().filter(({ blocks }) => blocks.includes('may stand here twice'));
  expect(doubts.length).toBeGreaterThanOrEqual(told.length - ALERTS);
  const store = await openStore({ folder, nowMs: Date.now() });
  expect(store.outbox.depth('slack:#s').waiting).toBe(0);
  expect(store.findings.latest(100)).toHaveLength(ALERTS);
  store.close();
}, 60_000);
