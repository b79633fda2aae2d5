import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGrouping } from '../../src/alerts/grouping.ts';
import { SECOND } from '../../src/event.ts';
import { compareSeverity, type Severity } from '../../src/finding.ts';
import { aFinding, TEN } from '../support/told.ts';

const HOUR = 3600 * SECOND;
const hourly = { quietPeriodMsOf: () => 3_600_000 };
const at = (offset: number, severity: Severity = 'warning', key = 'k') =>
  aFinding({ time: TEN + offset, severity, key });
const timeless = (key = 'k') => aFinding({ time: undefined, key });

describe('grouping', () => {
  const cases = [
    { name: 'a first finding opens an alert', findings: [at(0)], states: ['new'] },
    {
      name: 'another key opens another alert',
      findings: [at(0), at(0, 'warning', 'x')],
      states: ['new', 'new'],
    },
    {
      name: 'a finding within the quiet period joins',
      findings: [at(0), at(HOUR - 1)],
      states: ['new', 'repeat'],
    },
    {
      name: 'a finding exactly a quiet period later opens a new alert',
      findings: [at(0), at(HOUR)],
      states: ['new', 'new'],
    },
    {
      name: 'the quiet period slides with each finding',
      findings: [at(0), at(HOUR - 1), at(2 * HOUR - 2), at(3 * HOUR - 2)],
      states: ['new', 'repeat', 'repeat', 'new'],
    },
    {
      name: 'a graver finding raises the alert once',
      findings: [at(0), at(1, 'critical'), at(2, 'critical')],
      states: ['new', 'raised', 'repeat'],
    },
    {
      name: 'a late finding joins the open alert and does not shorten it',
      findings: [at(HOUR), at(-5 * HOUR), at(2 * HOUR - 1)],
      states: ['new', 'repeat', 'repeat'],
    },
    {
      name: 'a finding without time joins the open alert and does not prolong it',
      findings: [at(0), timeless(), at(HOUR)],
      states: ['new', 'repeat', 'new'],
    },
    {
      name: 'an alert opened without time takes the first time that comes',
      findings: [timeless(), timeless(), at(0), at(HOUR - 1), at(3 * HOUR)],
      states: ['new', 'repeat', 'repeat', 'repeat', 'new'],
    },
  ];
  test.each(cases)('$name', ({ findings, states }) => {
    const grouping = createGrouping(hourly);
    expect(findings.map((finding) => grouping.step(finding).state)).toEqual(states);
  });

  test('a milder finding does not lower the severity, and the alert says what it was before', () => {
    const grouping = createGrouping(hourly);
    grouping.step(at(0, 'info'));
    expect(grouping.step(at(1, 'critical'))).toMatchObject({
      severity: 'critical',
      before: 'info',
      count: 2,
    });
    expect(grouping.step(at(2, 'info'))).toMatchObject({
      severity: 'critical',
      before: 'critical',
      count: 3,
    });
  });

  test('each rule has its own quiet period', () => {
    const grouping = createGrouping({ quietPeriodMsOf: (rule) => (rule === 'K2' ? 1000 : 60_000) });
    const k2 = (time: number) => aFinding({ rule: 'K2', key: 'a', time });
    const k3 = (time: number) => aFinding({ rule: 'K3', key: 'b', time });
    grouping.step(k2(TEN));
    grouping.step(k3(TEN));
    expect(grouping.step(k2(TEN + 2 * SECOND)).state).toBe('new');
    expect(grouping.step(k3(TEN + 2 * SECOND)).state).toBe('repeat');
  });

  test('at the limit those longest without a finding go first, and are counted', () => {
    const grouping = createGrouping({ ...hourly, limit: 10 });
    for (let i = 0; i < 10; i++) grouping.step(at(i, 'warning', `k${i}`));
    grouping.step(at(20, 'warning', 'k0'));
    expect(grouping.evicted).toBe(0);
    grouping.step(at(21, 'warning', 'one more'));
    expect(grouping.evicted).toBe(2);
    expect(grouping.step(at(22, 'warning', 'k0')).state).toBe('repeat');
    expect(grouping.step(at(23, 'warning', 'k1')).state).toBe('new');
  });

  test('an alert that is over makes room without counting as lost', () => {
    const grouping = createGrouping({ ...hourly, limit: 10 });
    for (let i = 0; i < 10; i++) grouping.step(at(i, 'warning', `k${i}`));
    grouping.step(at(2 * HOUR, 'warning', 'later'));
    expect(grouping.evicted).toBe(0);
  });

  test('counts add up to the findings and severity never falls within an alert', () => {
    const steps = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c'),
        offset: fc.option(fc.integer({ min: 0, max: 5 * HOUR }), { nil: undefined }),
        severity: fc.constantFrom<Severity>('info', 'warning', 'critical'),
      }),
    );
    fc.assert(
      fc.property(steps, (inputs) => {
        const grouping = createGrouping(hourly);
        const counts: number[] = [];
        for (const { key, offset, severity } of inputs) {
          const time = offset === undefined ? undefined : TEN + offset;
          const alert = grouping.step(aFinding({ key, severity, time }));
          expect(compareSeverity(alert.severity, severity)).toBeGreaterThanOrEqual(0);
          expect(alert.before === undefined).toBe(alert.state === 'new');
          if (alert.before !== undefined) {
            expect(Math.sign(compareSeverity(alert.severity, alert.before))).toBe(
              alert.state === 'raised' ? 1 : 0,
            );
          }
          if (alert.count === 1) counts.push(0);
          counts.push((counts.pop() ?? 0) + 1);
        }
        expect(counts.reduce((a, b) => a + b, 0)).toBe(inputs.length);
      }),
    );
  });
});
