import { describe, expect, test } from 'vitest';
import type { ReplaySummary } from '../../src/replay-summary.ts';
import { createPalette } from '../../src/sinks/colour.ts';
import { formatSummary } from '../../src/sinks/summary.ts';
import { widthOf } from '../../src/sinks/terminal-text.ts';
import { aRuleTally, aSummary, HOSTILE } from '../support/told.ts';

const shown = (changes: Partial<ReplaySummary> = {}, columns = 100) =>
  formatSummary(aSummary(changes), { columns, palette: createPalette(false) });

const eventful: Partial<ReplaySummary> = {
  files: 2,
  rejects: {
    count: 47,
    byReason: { truncated: 7, 'not-json': 40 },
    first: [
      { file: 'audit.jsonl', line: 17, reason: 'not-json', detail: 'unexpected \u001b[31m at column 1' },
    ],
  },
  rules: [
    aRuleTally('K2', { critical: 12 }, { critical: 3 }),
    aRuleTally('K3'),
    aRuleTally('K5'),
    aRuleTally('K7', { info: 1 }),
    aRuleTally('K8'),
    aRuleTally('S1'),
    aRuleTally('V1'),
    aRuleTally('V2'),
  ],
  blind: [
    { rule: 'K7', branch: 'K7', missing: ['requestObject', 'responseObject'] },
    { rule: 'K8', branch: 'K8', missing: ['requestObject'] },
    { rule: 'K8', branch: 'K8.patch', missing: ['requestObject'] },
  ],
  notApplicable: [
    { rule: 'S1', format: 'sshd' },
    { rule: 'V1', format: 'vault-audit' },
    { rule: 'V2', format: 'vault-audit' },
  ],
  losses: { late: 3, evictedWindows: 0, evictedOccurrences: 1, evictedAlerts: 0 },
};

describe('summary', () => {
  test('says what was read, refused, found, and could not have been found', () => {
    expect(shown(eventful)).toBe(`
read      128,345 lines (132 MB) of 2 files in 0.84 s: 152,792 lines/s, 158 MB/s, 96 MB of memory
events    128,298 from 2026-11-20 10:00:00 to 2026-11-20 11:00:00 UTC
rejected  47 lines: 40 not-json, 7 truncated
          audit.jsonl:17  not-json: unexpected \\x1b[31m at column 1
          and 46 more
limits    3 events too late for counting, 1 open request forgotten
findings  13 in 4 alerts: 3 critical, 1 info
          K2  12 critical  in 3 alerts  Title of K2
          K7  1 info       in 1 alert   Title of K7
quiet     K3 K5
blind     K7 could not have fired: requestObject, responseObject never seen
          K8, K8.patch could not have fired: requestObject never seen
absent    no sshd lines, so not looked for: S1
          no vault-audit lines, so not looked for: V1 V2
`);
  });

  test('is short when there is little to say', () => {
    const text = shown({ lines: 0, bytes: 0, events: 0, elapsedMs: 0, range: undefined });
    expect(text).toBe(`
read      0 lines (0 B) of 1 file in 0 s: 0 lines/s, 0 B/s, 96 MB of memory
events    0
findings  none
`);
  });

  test('names no rule as quiet that could not have fired', () => {
    expect(shown(eventful)).not.toMatch(/quiet.*(?:K7|K8|S1|V1)/);
  });

  test('a thousand rules make no thousand lines', () => {
    const rules = Array.from({ length: 1000 }, (_, i) => aRuleTally(`rule-${i}`));
    const blind = rules.map(({ rule }) => ({ rule, branch: rule, missing: ['a.b'] }));
    const notApplicable = rules.map(({ rule }) => ({ rule, format: undefined }));
    expect(shown({ rules })).toContain('1,000 rules without findings');
    expect(shown({ rules, blind }).split('\n').length).toBeLessThan(40);
    expect(shown({ rules, notApplicable })).toContain('no known lines, so not looked for: 1,000 rules');
  });

  test('fits the terminal and shows hostile names as text', () => {
    const hostile = HOSTILE.join(' ');
    const text = shown(
      {
        rejects: {
          count: 1,
          byReason: { 'not-json': 1 },
          first: [{ file: hostile, line: 1, reason: 'not-json', detail: hostile }],
        },
        rules: [aRuleTally(hostile, { critical: 1 }), aRuleTally(`${hostile}2`)],
        blind: [{ rule: hostile, branch: hostile, missing: [hostile] }],
      },
      80,
    );
    expect(text).toMatch(/^[\P{C}\n]*$/u);
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });
});
