import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Told } from '../../src/alert.ts';
import { createGrouping } from '../../src/alerts/grouping.ts';
import { SECOND } from '../../src/event.ts';
import type { Finding } from '../../src/finding.ts';
import { jsonLine } from '../../src/sinks/finding-json.ts';
import { createTable } from '../../src/sinks/table.ts';
import { widthOf } from '../../src/sinks/terminal-text.ts';
import { aFinding, anyTold, aSummary, aTold, HOSTILE, TEN } from '../support/told.ts';

const printed = (
  told: readonly Told[],
  options: { columns?: number; colour?: boolean; limit?: number } = {},
) => {
  let text = '';
  const write = (piece: string) => {
    text += piece;
  };
  const table = createTable({ write, columns: 80, colour: false, ...options });
  for (const each of told) table.tell(each);
  table.end(aSummary());
  return text;
};

const grouped = (findings: readonly Finding[]): Told[] => {
  const grouping = createGrouping({ quietPeriodMsOf: () => 3_600_000 });
  return findings.map((finding) => ({ finding, alert: grouping.step(finding) }));
};

describe('table', () => {
  test('shows severity, time, rule, sentence and count, one row an alert', () => {
    const shell = aFinding({ key: 'shell' });
    const token = (seconds: number) =>
      aFinding({
        rule: 'K2',
        key: 'token',
        severity: 'critical',
        time: TEN + seconds * SECOND,
        source: { file: 'audit.jsonl', line: 346 + seconds },
        summary: 'The token of system:serviceaccount:apps:deployer was used from 198.51.100.23.',
        evidence: [{ time: TEN, file: 'audit.jsonl', line: 346, text: 'verb=list objectRef.resource=pods' }],
      });
    expect(printed(grouped([shell, token(1), token(2), token(3)]))).toBe(
      `  SEVERITY  TIME      RULE  WHAT HAPPENED
2026-11-20 UTC
  warning   10:00:00  K4    dana@example.org opened a shell in vault/vault-0
                            from 10.0.20.5.
  CRITICAL  10:00:01  K2    The token of system:serviceaccount:apps:deployer  ×3
                            was used from 198.51.100.23.
                            audit.jsonl:347  verb=list objectRef.resource=pods
`,
    );
  });

  test('says so when there is nothing', () => {
    expect(printed([])).toBe('No findings.\n');
  });

  test('begins each day with its date, and ends with what has no time', () => {
    const text = printed([
      aTold({ time: undefined, key: 'c' }),
      aTold({ time: TEN + 86_400 * SECOND, key: 'b' }),
      aTold({ time: TEN, key: 'a' }),
    ]);
    const days = text.split('\n').filter((line) => /^[^ ]/.test(line));
    expect(days).toEqual(['2026-11-20 UTC', '2026-11-21 UTC', 'without time']);
  });

  test('shows the gravest severity of an alert, with the sentence that belongs to it', () => {
    const text = printed(
      grouped([
        aFinding({ severity: 'warning', summary: 'mild' }),
        aFinding({ severity: 'critical', summary: 'grave' }),
        aFinding({ severity: 'warning', summary: 'mild again' }),
      ]),
    );
    expect(text).toMatch(/CRITICAL {2}10:00:00 {2}K4 {4}grave +×3/);
    expect(text).not.toContain('mild');
  });

  test('counts a second alert of the same key in a row of its own', () => {
    const later = (hours: number) => aFinding({ time: TEN + hours * 3600 * SECOND });
    const text = printed(grouped([later(0), later(2), later(2.5)]));
    expect(text.match(/×\d+/g)).toEqual(['×2']);
    expect(text.match(/K4/g)).toHaveLength(2);
  });

  test('a flood of mild alerts hides no critical one, and is counted', () => {
    const flood = Array.from({ length: 20 }, (_, i) => aTold({ key: `k${i}`, severity: 'info' }));
    const text = printed([...flood, aTold({ key: 'grave', severity: 'critical', summary: 'grave' })], {
      limit: 5,
    });
    expect(text).toContain('grave');
    expect(text).toContain('and 15 more alerts');
  });

  test('an alert beyond the limit gets its row when it becomes graver', () => {
    const flood = Array.from({ length: 6 }, (_, i) => aFinding({ key: `k${i}`, severity: 'info' }));
    const told = grouped([...flood, aFinding({ key: 'k5', severity: 'critical', summary: 'grave' })]);
    const text = printed(told, { limit: 5 });
    expect(text).toMatch(/CRITICAL .*grave +×2/);
    expect(text).not.toContain('more alerts');
  });

  test('colours only when asked, and says the same without', () => {
    const told = grouped([aFinding({ severity: 'critical' })]);
    const coloured = printed(told, { colour: true });
    expect(coloured).toContain('\u001b[31mCRITICAL');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(printed(told));
  });

  test.each(HOSTILE.map((text) => ({ name: jsonLine(text).slice(0, 40), text })))(
    'shows $name as text',
    ({ text }) => {
      const told = aTold({
        severity: 'critical',
        summary: text,
        rule: text,
        source: { file: text, line: 1 },
        evidence: [{ time: TEN, file: text, line: 1, text }],
      });
      expect(printed([told])).toMatch(/^[\P{C}\n]*$/u);
    },
  );

  test('fits the terminal and carries no control character, whatever the findings hold', () => {
    fc.assert(
      fc.property(fc.array(anyTold, { maxLength: 5 }), fc.integer({ min: 80, max: 200 }), (told, columns) => {
        const text = printed(told, { columns });
        expect(text).toMatch(/^[\P{C}\n\p{Co}\p{Cn}]*$/u);
        for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 300 },
    );
  });

  test('a sentence of a megabyte takes four lines', () => {
    const lines = printed([aTold({ summary: 'x '.repeat(500_000) })])
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toMatch(/…$/);
  });
});
