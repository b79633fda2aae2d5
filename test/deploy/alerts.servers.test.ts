import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../src/service/metrics.ts';
import { describeWithServers } from '../servers/available.ts';
import { requireBinary } from '../servers/binaries.ts';
import { PROJECT } from '../support/markdown.ts';

const RULES = join(PROJECT, 'deploy/alerts/prometheus-rules.yaml');

describeWithServers(['promtool'], 'alerts about the detector', () => {
  const promtool = (...args: readonly string[]): string =>
    execFileSync(requireBinary('promtool'), args, { cwd: join(PROJECT, 'deploy/alerts'), encoding: 'utf8' });

  test('promtool accepts the rules', () => {
    expect(promtool('check', 'rules', RULES)).toContain('13 rules found');
  });

  test('each fires in its trouble and is quiet otherwise', () => {
    expect(promtool('test', 'rules', 'tests.yaml')).toContain('SUCCESS');
  });
});

describe('alerts about the detector, read as text', () => {
  test('ask only for metrics that the detector has, and each alert has a unit test', async () => {
    const text = readFileSync(RULES, 'utf8');
    const asked = new Set(text.match(/\bdetector_[a-z_]+/g));
    const known = new Set((await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name));
    expect(asked.size).toBeGreaterThan(8);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
    const tests = readFileSync(join(PROJECT, 'deploy/alerts/tests.yaml'), 'utf8');
    const alerts = [...text.matchAll(/- alert: (\S+)/g)].map(([, name = '']) => name);
    for (const alert of alerts) {
      expect(tests, alert).toMatch(new RegExp(`alertname: ${alert}, exp_alerts: \\[\\]`));
      expect(tests, alert).toMatch(new RegExp(`alertname: ${alert}\\n`));
    }
  });
});
