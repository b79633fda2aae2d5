import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAlertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import { describeWithServers } from '../servers/available.ts';
import { type PushStream, type RunningLoki, startLoki } from '../servers/loki.ts';
import { auditLine, onlyKubeAudit, pause } from '../support/audit-line.ts';
import { createDetectorProcess, type DetectorProcess } from '../support/detector-process.ts';
import { type LokiProxy, startLokiProxy } from '../support/loki-proxy.ts';

const LINES = Number(process.env['DETECTOR_CHAOS_LINES'] ?? 500_000);
const POSITIVES = 200;
const KILLS = 10;
const BATCH = 2_000;

const EXAMPLE = join(import.meta.dirname, '../../examples/detector.yaml');

/** Two writers out of step; every hundredth line shares its stamp with the ninety-nine before it; some come minutes late. */
const batchOf = (first: number, nowMs: number): readonly PushStream[] => {
  const values: Record<'a' | 'b', [string, string][]> = { a: [], b: [] };
  for (let id = first; id < first + BATCH; id++) {
    const exec = id % (LINES / POSITIVES) === 7;
    const positive = Math.floor(id / (LINES / POSITIVES));
    const lateMs = exec ? ([0, 0, 3_000, 120_000][positive % 4] ?? 0) : 0;
    const ms = nowMs - lateMs;
    const ns = BigInt(ms) * 1_000_000n + BigInt(Math.floor((id % BATCH) / 100));
    const line = auditLine({ id, ms, user: exec ? `intruder-${positive}` : `person-${id % 50}`, exec });
    values[id % 3 === 0 ? 'b' : 'a'].push([String(ns), line]);
  }
  return (['a', 'b'] as const).map((writer) => ({
    stream: { job: 'kubernetes-audit', writer },
    values: values[writer],
  }));
};

describeWithServers(['loki', 'alertmanager'], 'a run in bad weather', () => {
  let loki: RunningLoki;
  let alertmanager: RunningAlertmanager;
  let proxy: LokiProxy;
  let detector: DetectorProcess;

  beforeAll(async () => {
    [loki, alertmanager] = await Promise.all([startLoki({ unlimitedPush: true }), startAlertmanager()]);
    proxy = await startLokiProxy(loki.url);
    detector = await createDetectorProcess(
      {
        loki: { url: proxy.url, poll: '1s', lateness: '20m' },
        alertmanager: { urls: [alertmanager.url] },
        sources: onlyKubeAudit('{job="kubernetes-audit"}'),
      },
      EXAMPLE,
    );
  }, 120_000);

  afterAll(async () => {
    await detector?.kill('SIGKILL');
    await detector?.remove();
    await proxy?.close();
    await Promise.all([loki?.stop(), alertmanager?.stop()]);
  });

  const pushAll = async (pushed: (lines: number) => void): Promise<void> => {
    for (let first = 0; first < LINES; first += BATCH) {
      const streams = batchOf(first, Date.now());
      for (;;) {
        const failed = await loki.push(streams).then(
          () => false,
          () => true,
        );
        if (!failed) break;
        await pause(500);
      }
      pushed(first + BATCH);
    }
  };

  const alerts = async (): Promise<ReadonlyMap<string, string>> => {
    const found = (await alertmanager.api('/api/v2/alerts?filter=rule="K4"')) as {
      labels: Record<string, string>;
      annotations: Record<string, string>;
    }[]; // as Alertmanager documents it
    return new Map(
      found.map(({ labels, annotations }) => [labels['actor'] ?? '', annotations['count'] ?? '']),
    );
  };

  it(`loses none of ${POSITIVES} positives in ${LINES} lines and tells none twice`, async () => {
    let lines = 0;
    const troubles = [
      ...Array.from({ length: KILLS }, (_, kill) => ({ at: (kill + 0.5) / KILLS, what: 'kill' as const })),
      { at: 0.22, what: 'loki' as const },
      { at: 0.71, what: 'loki' as const },
      { at: 0.31, what: 'busy' as const },
      { at: 0.41, what: 'broken' as const },
      { at: 0.51, what: 'empty' as const },
      { at: 0.61, what: 'tails' as const },
    ].sort((a, b) => a.at - b.at);
    await detector.start();
    const pushing = pushAll((count) => {
      lines = count;
    });
    for (const { at, what } of troubles) {
      while (lines < at * LINES) await pause(20);
      if (what === 'kill') {
        await detector.kill('SIGKILL');
        await detector.start();
      } else if (what === 'loki') await loki.restart();
      else if (what === 'tails') proxy.cutTails();
      else {
        proxy.mood = what;
        await pause(3_000);
        proxy.mood = 'well';
      }
    }
    await pushing;
    const deadline = Date.now() + 240_000;
    let told = await alerts();
    while (told.size < POSITIVES && Date.now() < deadline) {
      await pause(1_000);
      told = await alerts();
    }
    const expected = new Map(Array.from({ length: POSITIVES }, (_, at) => [`intruder-${at}`, '1']));
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
    expect(await detector.kill('SIGTERM')).toBe(0);
  }, 900_000);
});
