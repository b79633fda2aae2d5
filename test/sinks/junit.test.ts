import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Told } from '../../src/alert.ts';
import type { ReplaySummary } from '../../src/replay-summary.ts';
import { createJunit } from '../../src/sinks/junit.ts';
import { anyTold, aRuleTally, aSummary, aTold } from '../support/told.ts';

const printed = (told: readonly Told[], summary: Partial<ReplaySummary> = {}, limit = 1000) => {
  let text = '';
  const sink = createJunit({
    write: (piece) => {
      text += piece;
    },
    limit,
  });
  for (const each of told) sink.tell(each);
  sink.end(aSummary(summary));
  return text;
};

describe('junit', () => {
  test('is one test case a rule, with a failure a finding', () => {
    const rules = [aRuleTally('K3'), aRuleTally('K4', { warning: 2 })];
    expect(printed([aTold(), aTold({ time: undefined, evidence: [] })], { rules })).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="detector" tests="2" failures="1" errors="0" skipped="0" time="0.840">
  <testsuite name="detector replay" tests="2" failures="1" errors="0" skipped="0" time="0.840">
    <testcase classname="detector.K3" name="K3 Title of K3"/>
    <testcase classname="detector.K4" name="K4 Title of K4">
      <failure type="warning" message="dana@example.org opened a shell in vault/vault-0 from 10.0.20.5.">audit.jsonl:7 2026-11-20T10:00:00.000000Z
audit.jsonl:7  verb=get objectRef.subresource=exec</failure>
      <failure type="warning" message="dana@example.org opened a shell in vault/vault-0 from 10.0.20.5.">audit.jsonl:7</failure>
    </testcase>
  </testsuite>
</testsuites>
`,
    );
  });

  test('a rule that could not have fired is skipped, not passed', () => {
    const text = printed([], {
      rules: [aRuleTally('K7'), aRuleTally('S1')],
      blind: [{ rule: 'K7', branch: 'K7', missing: ['requestObject'] }],
      notApplicable: [{ rule: 'S1', format: 'sshd' }],
    });
    expect(text).toContain('<skipped message="K7 could not have fired: never seen: requestObject"/>');
    expect(text).toContain('<skipped message="not looked for: the input has no sshd lines"/>');
    expect(text).toContain('skipped="2"');
  });

  test('a rule that fired in spite of a blind branch fails', () => {
    const text = printed([aTold({ rule: 'K7' })], {
      rules: [aRuleTally('K7', { info: 1 })],
      blind: [{ rule: 'K7', branch: 'K7', missing: ['requestObject'] }],
    });
    expect(text).toContain('<failure');
    expect(text).toContain('skipped="0"');
  });

  test('keeps a bounded number of failures a rule and counts the others', () => {
    const text = printed(
      Array.from({ length: 12 }, () => aTold()),
      {},
      10,
    );
    expect(text.match(/<failure /g)).toHaveLength(11);
    expect(text).toContain('and 2 more findings of this rule');
  });

  test('holds only characters of XML 1.0, with markup as text, whatever the findings hold', () => {
    fc.assert(
      fc.property(fc.array(anyTold, { maxLength: 3 }), (told) => {
        const text = printed(told);
        expect(text).toMatch(/^[\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
        expect(
          text.replace(
            /<\/?(?:testsuites?|testcase|failure|skipped|\?xml)(?: [\w]+="[^"<>]*")*\s?[/?]?>/g,
            '',
          ),
        ).not.toMatch(/[<>]/);
        expect(text.replace(/&(?:amp|lt|gt|quot|apos);/g, '')).not.toContain('&');
      }),
      { numRuns: 300 },
    );
  });
});
