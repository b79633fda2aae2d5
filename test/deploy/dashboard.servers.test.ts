import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../src/service/metrics.ts';
import { describeWithServers } from '../servers/available.ts';
import { requireBinary } from '../servers/binaries.ts';
import { PROJECT } from '../support/markdown.ts';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource: { readonly uid: string };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

// The file is ours; a wrong shape fails the tests below.
const dashboard = JSON.parse(readFileSync(join(PROJECT, 'deploy/dashboards/detector.json'), 'utf8')) as {
  readonly uid: string;
  readonly panels: readonly Panel[];
};
const targets = dashboard.panels.flatMap((panel) =>
  panel.targets.map(({ expr }) => ({ name: panel.title, expr })),
);

describe('the dashboard', () => {
  test('panels have ids of their own, lie within the grid and do not overlap', () => {
    const { panels } = dashboard;
    expect(panels.length).toBeGreaterThan(15);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)}/${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
    expect(panels.filter(({ datasource }) => datasource.uid !== '$\u007bdatasource}')).toEqual([]);
  });

  test('asks only for metrics that the detector has', async () => {
    const known = new Set((await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name));
    for (const { name, expr } of targets) {
      const asked = (expr.match(/\b(?:detector|process)_[a-z_]+/g) ?? []).map((each) =>
        each.replace(/_bucket$/, ''),
      );
      expect([...asked, ...(expr.includes('up{') ? ['up'] : [])].length, name).toBeGreaterThan(0);
      expect(
        asked.filter((each) => !known.has(each)),
        name,
      ).toEqual([]);
    }
  });
});

describeWithServers(['promtool'], 'queries of the dashboard', () => {
  test('promtool parses every one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'detector-dashboard-'));
    const file = join(folder, 'rules.json');
    const rules = targets.map(({ expr }, at) => ({
      record: `query:${at}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    try {
      const said = execFileSync(requireBinary('promtool'), ['check', 'rules', file], { encoding: 'utf8' });
      expect(said).toContain(`${rules.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
