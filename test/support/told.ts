import fc from 'fast-check';
import type { Alert, Told } from '../../src/alert.ts';
import { type Micros, SECOND } from '../../src/event.ts';
import type { Evidence, Finding, Severity } from '../../src/finding.ts';
import type { BySeverity, ReplaySummary, RuleTally } from '../../src/replay-summary.ts';

/** 2026-11-20T10:00:00Z */
export const TEN: Micros = 1_795_168_800_000_000;

const ordinary: Finding = {
  id: 'f0',
  rule: 'K4',
  branch: 'K4',
  title: 'Interactive access to a sensitive pod',
  severity: 'warning',
  verified: true,
  outcome: 'succeeded',
  time: TEN,
  stream: 'kube-audit',
  source: { file: 'audit.jsonl', line: 7 },
  actor: 'dana@example.org',
  peer: '10.0.20.5',
  zones: ['lan', 'terraform'],
  object: 'vault/vault-0',
  namespace: 'vault',
  count: 1,
  summary: 'dana@example.org opened a shell in vault/vault-0 from 10.0.20.5.',
  evidence: [{ time: TEN, file: 'audit.jsonl', line: 7, text: 'verb=get objectRef.subresource=exec' }],
  key: 'K4|dana@example.org|vault/vault-0',
  sequence: 0,
};

export const aFinding = (changes: Partial<Finding> = {}): Finding => ({ ...ordinary, ...changes });

const anAlert = (finding: Finding, changes: Partial<Alert> = {}): Alert => ({
  key: finding.key,
  state: 'new',
  count: 1,
  severity: finding.severity,
  before: undefined,
  ...changes,
});

export const aTold = (changes: Partial<Finding> = {}, alert: Partial<Alert> = {}): Told => {
  const finding = aFinding(changes);
  return { finding, alert: anAlert(finding, alert) };
};

/** What attackers write into log lines. */
export const HOSTILE = [
  '\u001b[31mred\u001b[0m\u001b]0;title\u0007',
  'line\nfeed\r\ttab',
  '\u202Egnp.exe\u2066\u2069\u200F\u061C',
  'zero\u200Bwidth\uFEFF\u00AD',
  '\u0085\u009B2J\u2028\u2029\u007F\u0000',
  '<script>alert(1)</script> & "quotes" \'single\' ]]>',
  '\uD800 lone \uDFFF',
  `Z${'\u0301'.repeat(500)}algo`,
  '\u{E0041}\u{E007F}\uFFFE\uFFFF\u{1FFFE}',
] as const;

/** Any string, with hostile parts more often than chance brings them. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...HOSTILE),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const anyTime = fc.option(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), { nil: undefined });
const anyLine = fc.integer({ min: 1, max: 1_000_000_000 });
const anySeverity: fc.Arbitrary<Severity> = fc.constantFrom('info', 'warning', 'critical');
const maybeText = fc.option(anyText, { nil: undefined });
const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  time: anyTime,
  file: anyText,
  line: anyLine,
  text: anyText,
});

export const anyFinding: fc.Arbitrary<Finding> = fc.record({
  id: fc.stringMatching(/^[0-9a-f]{8}$/),
  rule: anyText.map((text) => `R${text}`),
  branch: anyText,
  title: anyText,
  severity: anySeverity,
  verified: fc.boolean(),
  outcome: fc.constantFrom('succeeded', 'denied', 'failed', 'requested', 'unknown'),
  time: anyTime,
  stream: anyText,
  source: fc.record({ file: anyText, line: anyLine }),
  actor: maybeText,
  peer: maybeText,
  zones: fc.array(anyText, { maxLength: 3 }),
  object: maybeText,
  namespace: maybeText,
  count: fc.integer({ min: 1, max: 1_000_000 }),
  summary: anyText,
  evidence: fc.array(anyEvidence, { maxLength: 3 }),
  key: anyText,
  sequence: fc.nat(),
});

export const anyTold: fc.Arbitrary<Told> = anyFinding.chain((finding) =>
  fc
    .constantFrom<Alert['state']>('new', 'raised', 'repeat')
    .map((state) => ({ finding, alert: anAlert(finding, { state }) })),
);

const none = { info: 0, warning: 0, critical: 0 };

export const aSummary = (changes: Partial<ReplaySummary> = {}): ReplaySummary => ({
  elapsedMs: 840,
  files: 1,
  lines: 128_345,
  bytes: 132_400_000,
  events: 128_298,
  rejects: { count: 0, byReason: {}, first: [] },
  peakMemoryBytes: 96_000_000,
  range: { first: TEN, last: TEN + 3600 * SECOND },
  rules: [],
  blind: [],
  notApplicable: [],
  losses: { late: 0, evictedWindows: 0, evictedOccurrences: 0, evictedAlerts: 0 },
  ...changes,
});

export const aRuleTally = (
  rule: string,
  findings: Partial<BySeverity> = {},
  alerts: Partial<BySeverity> = findings,
): RuleTally => ({
  rule,
  title: `Title of ${rule}`,
  findings: { ...none, ...findings },
  alerts: { ...none, ...alerts },
});
