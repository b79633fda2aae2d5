import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { loadSqlite } from '../../src/state/sqlite.ts';
import { openStore } from '../../src/state/store.ts';
import { scratchFolder } from '../support/scratch.ts';
import { aFinding } from '../support/told.ts';

const built = (path: string): string => pathToFileURL(join(import.meta.dirname, '../../dist', path)).href;

/** Takes numbered findings from where the store says it was, for ever, and says after each batch how far it has come. */
const reader = (folder: string): string => `
  const { openStore } = await import(${JSON.stringify(built('state/store.js'))});
  const { createIntake } = await import(${JSON.stringify(built('alerts/intake.js'))});
  const { createPlan } = await import(${JSON.stringify(built('sinks/plan.js'))});
  const store = await openStore({ folder: ${JSON.stringify(folder)}, nowMs: Date.now() });
  const labels = { nameOf: (rule) => rule, configured: {} };
  const plan = createPlan({ alertmanagerLanes: ['alertmanager:x'], routing: () => ({ channel: '#s', alone: true }) });
  const intake = createIntake({ store, hold: { labels, quietPeriodMsOf: () => 3600000 }, plan });
  let next = Number(store.progress.read('s')?.cursor ?? 0);
  for (;;) {
    // Two batches overlap, as those of a source do.
    const from = Math.max(0, next - 3);
    const findings = Array.from({ length: next - from + 7 }, (_, i) => ({
      ...${JSON.stringify(aFinding())}, id: 'f' + (from + i), key: 'k' + ((from + i) % 5), actor: 'a' + ((from + i) % 3),
    }));
    next += 7;
    const proven = [{ from: 0n, to: BigInt(next) }];
    intake.accept({ findings, seenMs: Date.now(), also: () => store.progress.write('s', { cursor: String(next), proven }, 1) });
    console.log(next);
    await new Promise((resolve) => setImmediate(resolve));
  }
`;

/** Killed as soon as so many batches are there: in the middle of a later one. */
async function readAndDie(folder: string, batches: number): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', reader(folder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.split('\n').length > batches) child.kill('SIGKILL');
  }
  if (child.signalCode === null) await once(child, 'exit');
}

test('killed in the middle of writes, again and again: nothing is lost, nothing is twice', async () => {
  const folder = await scratchFolder();
  for (const batches of [1, 7, 3, 12, 2, 20, 5, 9]) await readAndDie(folder, batches);
  const store = await openStore({ folder, nowMs: Date.now() });
  const next = Number(store.progress.read('s')?.cursor ?? 0);
  expect(next).toBeGreaterThan(50);
  expect(store.progress.read('s')?.proven).toEqual([{ from: 0n, to: BigInt(next) }]);
  const ids = store.findings.latest(1_000_000).map(({ finding }) => Number(finding.id.slice(1)));
  expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: next }, (_, index) => index));
  const counts = store.alerts.open(100).map(({ count }) => count);
  expect(counts).toHaveLength(5);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(next);
  expect(store.outbox.depth('slack:#s').waiting).toBe(10);
  store.close();
  const database = (await loadSqlite())(join(folder, 'detector.db'));
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
}, 60_000);
