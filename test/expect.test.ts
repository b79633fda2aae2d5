import { describe, expect, test } from 'vitest';
import type { Line } from '../src/event.ts';
import { createExpectationCheck, isMet } from '../src/expect.ts';
import { parseExpectation } from '../src/expectation.ts';
import type { Finding } from '../src/finding.ts';
import { createPalette } from '../src/sinks/colour.ts';
import { formatDifference } from '../src/sinks/difference.ts';
import { absent, readShared, sharedFiles } from './support/shared.ts';
import { aFinding, HOSTILE } from './support/told.ts';

const at = (rule: string, line: number, changes: Partial<Finding> = {}) =>
  aFinding({ rule, source: { file: 'audit.jsonl', line }, ...changes });

const aLine = (number: number, text: string, file = 'audit.jsonl'): Line => ({
  text,
  file,
  number,
  labels: undefined,
  time: undefined,
  notAfter: undefined,
});

const compare = (yaml: string, findings: readonly Finding[], lines: readonly Line[] = []) => {
  const check = createExpectationCheck(parseExpectation('expect.yaml', yaml, undefined));
  for (const line of lines) check.see(line);
  for (const finding of findings) check.tell(finding);
  return check.difference();
};

describe('createExpectationCheck', () => {
  const cases = [
    { name: 'nothing expected, nothing found', yaml: 'findings: []', findings: [], differs: [0, 0, 0] },
    {
      name: 'found as expected',
      yaml: 'findings: [{rule: K4, line: 7}]',
      findings: [at('K4', 7)],
      differs: [0, 0, 0],
    },
    {
      name: 'expected and not found',
      yaml: 'findings: [{rule: K4, line: 7}]',
      findings: [],
      differs: [1, 0, 0],
    },
    { name: 'found and not expected', yaml: 'findings: []', findings: [at('K4', 7)], differs: [0, 1, 0] },
    {
      name: 'found at another line',
      yaml: 'findings: [{rule: K4, line: 7}]',
      findings: [at('K4', 8)],
      differs: [1, 1, 0],
    },
    {
      name: 'another rule at the line',
      yaml: 'findings: [{rule: K4, line: 7}]',
      findings: [at('K3', 7)],
      differs: [1, 1, 0],
    },
    {
      name: 'unsure and found',
      yaml: 'findings: []\nunsure: [{rule: K4, line: 7}]',
      findings: [at('K4', 7)],
      differs: [0, 0, 0],
    },
    {
      name: 'unsure and not found',
      yaml: 'findings: []\nunsure: [{rule: K4, line: 7}]',
      findings: [],
      differs: [0, 0, 0],
    },
    {
      name: 'found twice, expected once',
      yaml: 'findings: [{rule: K4, line: 7}]',
      findings: [at('K4', 7), at('K4', 7)],
      differs: [0, 1, 0],
    },
    {
      name: 'found once, expected twice',
      yaml: 'findings: [{rule: K4, line: 7}, {rule: K4, line: 7}]',
      findings: [at('K4', 7)],
      differs: [1, 0, 0],
    },
    {
      name: 'of the severity expected',
      yaml: 'findings: [{rule: K4, line: 7, severity: warning}]',
      findings: [at('K4', 7)],
      differs: [0, 0, 0],
    },
    {
      name: 'of another severity',
      yaml: 'findings: [{rule: K4, line: 7, severity: critical}]',
      findings: [at('K4', 7)],
      differs: [0, 0, 1],
    },
    {
      name: 'less certain than expected',
      yaml: 'findings: [{rule: K4, line: 7, verified: true}]',
      findings: [at('K4', 7, { verified: false })],
      differs: [0, 0, 1],
    },
    {
      name: 'in another file',
      yaml: 'findings: [{rule: K4, line: 7, file: b.log}]',
      findings: [at('K4', 7)],
      differs: [1, 1, 0],
    },
    {
      name: 'two of a line, each by its severity, whatever the order',
      yaml: 'findings: [{rule: K4, line: 7}, {rule: K4, line: 7, severity: critical}]',
      findings: [at('K4', 7, { severity: 'critical' }), at('K4', 7)],
      differs: [0, 0, 0],
    },
  ];
  test.each(cases)('$name', ({ yaml, findings, differs }) => {
    const difference = compare(yaml, findings);
    const { missing, unexpected, changed } = difference;
    expect([missing.length, unexpected.length, changed.length]).toEqual(differs);
    expect(isMet(difference)).toBe(differs.every((count) => count === 0));
  });

  test('keeps a bounded number of unexpected findings and counts the others', () => {
    const findings = Array.from({ length: 1500 }, (_, i) => at('K4', i + 1));
    expect(compare('findings: []', findings)).toMatchObject({ omitted: 500 });
  });

  test('keeps the text of lines that are expected, cut and without secrets', () => {
    const { missing } = compare(
      'findings: [{rule: K4, line: 7}]',
      [],
      [aLine(6, 'other'), aLine(7, `?token=abc&x=1 ${'y'.repeat(1_000_000)}`)],
    );
    expect(missing[0]?.text).toMatch(/^\?token=<redacted>&x=1 y+$/);
    expect(missing[0]?.text?.length).toBeLessThan(3000);
  });
});

describe('formatDifference', () => {
  const format = (yaml: string, findings: readonly Finding[], lines: readonly Line[] = []) =>
    formatDifference(compare(yaml, findings, lines), { columns: 100, palette: createPalette(false) });

  test('is one line when all is as expected', () => {
    expect(format('findings: [{rule: K4, line: 7}]', [at('K4', 7)])).toBe(
      'expect.yaml: as expected (1 finding)\n',
    );
  });

  test('says which line, which rule, and shows the line', () => {
    const yaml = `findings:
  - {rule: K3, line: 5, why: "list of secrets"}
  - {rule: K3, line: 99}
  - {rule: K4, line: 7, severity: critical, verified: false}
`;
    expect(
      format(
        yaml,
        [at('K4', 7), at('K9', 8, { summary: 'Admin from afar.' })],
        [aLine(5, '{"verb":"list"}')],
      ),
    ).toBe(
      `expect.yaml: 4 differences
missing     K3  line 5  list of secrets
            {"verb":"list"}
missing     K3  line 99
            the input has no such line
unexpected  K9  audit.jsonl:8  warning  Admin from afar.
            verb=get objectRef.subresource=exec
changed     K4  audit.jsonl:7  severity is warning, expected critical; verified is true, expected false
            verb=get objectRef.subresource=exec
`,
    );
  });

  test('shows hostile lines as text', () => {
    const text = HOSTILE.join(' ');
    const finding = at('K4', 7, {
      summary: text,
      evidence: [{ time: undefined, file: text, line: 7, text }],
    });
    expect(format('findings: [{rule: K3, line: 1}]', [finding], [aLine(1, text)])).toMatch(/^[\P{C}\n]*$/u);
  });
});

test('every expectation of the recordings can be read', ({ skip }) => {
  const reason = absent('recorded');
  if (reason !== undefined) skip(reason);
  const files = sharedFiles('recorded').filter((path) => path.endsWith('expect.yaml'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const { findings } = parseExpectation(file, readShared(file), undefined);
    expect(findings.every(({ line }) => line >= 1)).toBe(true);
  }
});
