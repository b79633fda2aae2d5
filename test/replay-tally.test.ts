import { describe, expect, test } from 'vitest';
import { createGrouping } from '../src/alerts/grouping.ts';
import type { Reject } from '../src/event.ts';
import { createReplayTally } from '../src/replay-tally.ts';
import { aFinding } from './support/told.ts';

const RULES = [
  { code: 'K3', title: 'Secret read' },
  { code: 'K4', title: 'Shell' },
];

const aReject = (number: number): Reject => ({
  line: { text: '{', file: 'a', number, labels: undefined, time: undefined, notAfter: undefined },
  reason: number % 2 === 0 ? 'not-json' : 'truncated',
  detail: 'ends in the middle',
});

describe('createReplayTally', () => {
  test('counts findings by their severity and alerts by the severity they reached', () => {
    const tally = createReplayTally(RULES);
    const grouping = createGrouping({ quietPeriodMsOf: () => 3_600_000 });
    for (const severity of ['info', 'critical', 'warning'] as const) {
      const finding = aFinding({ severity });
      tally.tell({ finding, alert: grouping.step(finding) });
    }
    expect(tally.rules).toEqual([
      {
        rule: 'K3',
        title: 'Secret read',
        findings: { info: 0, warning: 0, critical: 0 },
        alerts: { info: 0, warning: 0, critical: 0 },
      },
      {
        rule: 'K4',
        title: 'Shell',
        findings: { info: 1, warning: 1, critical: 1 },
        alerts: { info: 0, warning: 0, critical: 1 },
      },
    ]);
    expect(tally.gravest).toBe('critical');
  });

  test('nothing told is nothing grave', () => {
    expect(createReplayTally(RULES).gravest).toBeUndefined();
  });

  test('counts all rejects and keeps the first', () => {
    const tally = createReplayTally(RULES);
    for (let i = 1; i <= 9; i++) tally.reject(aReject(i));
    expect(tally.rejects).toMatchObject({ count: 9, byReason: { 'not-json': 4, truncated: 5 } });
    expect(tally.rejects.first.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
  });
});
