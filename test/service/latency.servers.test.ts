import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAlertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import { describeWithServers } from '../servers/available.ts';
import { type RunningLoki, startLoki } from '../servers/loki.ts';
import { auditLine, onlyKubeAudit, pause } from '../support/audit-line.ts';
import { createDetectorProcess, type DetectorProcess } from '../support/detector-process.ts';
import { type SlackDouble, startSlackDouble } from '../support/slack-double.ts';

const RATE = Number(process.env['DETECTOR_LIVE_RATE'] ?? 1_000);
const SECONDS = Number(process.env['DETECTOR_LIVE_SECONDS'] ?? 30);
const TICKS = 10;
/** A positive every so many ticks: slower than the one message a second that Slack takes. */
const EVERY = 3 * TICKS;
const ALERTS = Math.ceil((SECONDS * TICKS) / EVERY);

const EXAMPLE = join(import.meta.dirname, '../../examples/detector.yaml');

const quantile = (sorted: readonly number[], part: number): string =>
  `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]} ms`;

describeWithServers(['loki', 'alertmanager'], 'a steady stream', () => {
  let loki: RunningLoki;
  let alertmanager: RunningAlertmanager;
  let slack: SlackDouble;
  let detector: DetectorProcess;

  beforeAll(async () => {
    [loki, alertmanager] = await Promise.all([startLoki({ unlimitedPush: true }), startAlertmanager()]);
    slack = await startSlackDouble();
    detector = await createDetectorProcess(
      {
        loki: { url: loki.url },
        alertmanager: { urls: [alertmanager.url] },
        slack: { token_file: 'token', channel: 'C0123456789', api_url: slack.apiUrl },
        sources: onlyKubeAudit('{job="kubernetes-audit"}'),
      },
      EXAMPLE,
    );
    await writeFile(join(detector.folder, 'token'), 'xoxb-test');
    await detector.start();
  }, 120_000);

  afterAll(async () => {
    await detector?.kill('SIGKILL');
    await detector?.remove();
    await slack?.stop();
    await Promise.all([loki?.stop(), alertmanager?.stop()]);
  });

  /** Pushes a tenth of a second's lines; the first of every `EVERY` is a positive. Returns when it was pushed. */
  const push = async (tick: number): Promise<void> => {
    const ms = Date.now();
    const size = RATE / TICKS;
    const values = Array.from({ length: size }, (_, at): [string, string] => {
      const exec = at === 0 && tick % EVERY === 0;
      const id = tick * size + at;
      const user = exec ? `intruder-${tick / EVERY}` : `person-${id % 50}`;
      return [String(BigInt(ms) * 1_000_000n + BigInt(at)), auditLine({ id, ms, user, exec })];
    });
    await loki.push([{ stream: { job: 'kubernetes-audit' }, values }]);
  };

  it(`tells every alert of ${SECONDS} seconds at ${RATE} lines a second, and says how fast`, async () => {
    const pushedMs = new Map<string, number>();
    const posted = new Map<string, number>();
    const held = new Map<string, number>();
    let done = false;
    const watching = (async () => {
      while (!done) {
        const now = Date.now();
        for (const { text } of slack.calls.slice(posted.size)) {
          const actor = /intruder-\d+/.exec(text)?.[0];
          if (actor !== undefined && !posted.has(actor)) posted.set(actor, now);
        }
        const alerts = (await alertmanager.api('/api/v2/alerts')) as { labels: Record<string, string> }[]; // as documented
        for (const { labels } of alerts) {
          const actor = labels['actor'] ?? '';
          if (!held.has(actor)) held.set(actor, Date.now());
        }
        await pause(50);
      }
    })();
    const start = Date.now();
    for (let tick = 0; tick < SECONDS * TICKS; tick++) {
      await pause(start + (tick * 1000) / TICKS - Date.now());
      await push(tick);
      if (tick % EVERY === 0) pushedMs.set(`intruder-${tick / EVERY}`, Date.now());
    }
    const deadline = Date.now() + 120_000;
    while ((held.size < ALERTS || posted.size < ALERTS) && Date.now() < deadline) await pause(200);
    const memory = await detector.peakMemory();
    done = true;
    await watching;
    const delays = (seen: ReadonlyMap<string, number>) =>
      [...pushedMs]
        .flatMap(([actor, ms]) => (seen.has(actor) ? [(seen.get(actor) ?? 0) - ms] : []))
        .sort((a, b) => a - b);
    for (const [name, seen] of [
      ['Alertmanager', held],
      ['Slack', posted],
    ] as const) {
      const sorted = delays(seen);
      process.stdout.write(
        `push to ${name}: p50 ${quantile(sorted, 0.5)}, p99 ${quantile(sorted, 0.99)} (${sorted.length} alerts)\n`,
      );
    }
    process.stdout.write(`peak memory of the detector: ${Math.round(memory / 1e6)} MB\n`);
    expect([...pushedMs.keys()].filter((actor) => !held.has(actor))).toEqual([]);
    expect([...pushedMs.keys()].filter((actor) => !posted.has(actor))).toEqual([]);
  }, 1_200_000);
});
