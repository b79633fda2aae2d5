import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertLabels, alertName, labelsFingerprint, labelValue } from '../../src/alerts/labels.ts';
import { UNPRINTABLE } from '../../src/unprintable.ts';
import { aFinding, anyFinding, anyText } from '../support/told.ts';

const options = {
  nameOf: (rule: string) => `${rule}-interactive-access`,
  configured: { lane: 'security', severity: 'none' },
};

test.each([
  {
    name: 'a shipped rule',
    code: 'K4',
    file: '/rules/kubernetes/k4-interactive-access.yaml',
    expected: 'K4-interactive-access',
  },
  { name: 'a rule of the user', code: 'X1', file: 'my-rule.yml', expected: 'X1-my-rule' },
  { name: 'a file named as the code', code: 'X1', file: 'x1.yaml', expected: 'X1' },
])('the alert of $name has a stable name', ({ code, file, expected }) => {
  expect(alertName(code, file)).toBe(expected);
});

test('labels are those that silences rely on; configured ones are added and replace none', () => {
  expect(alertLabels(aFinding(), 'critical', options)).toEqual({
    alertname: 'K4-interactive-access',
    rule: 'K4',
    severity: 'critical',
    stream: 'kube-audit',
    actor: 'dana@example.org',
    namespace: 'vault',
    lane: 'security',
  });
});

test('what is not known has no label', () => {
  const labels = alertLabels(aFinding({ actor: undefined, namespace: undefined }), 'info', options);
  expect(Object.keys(labels)).not.toContain('actor');
  expect(Object.keys(labels)).not.toContain('namespace');
});

test('two actors that begin alike do not share a label, nor then a silence', () => {
  const long = 'a'.repeat(300);
  expect(labelValue(`${long}1`)).not.toBe(labelValue(`${long}2`));
  expect(labelValue(`${'b'.repeat(30_000)}1`)).not.toBe(labelValue(`${'b'.repeat(30_000)}2`));
});

test('a label shows no secret and nothing invisible, and is short', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const value = labelValue(`${text} hvs.CAESIJ0123456789abcdefghij`);
      expect(value).not.toMatch(UNPRINTABLE);
      expect(value).not.toContain('CAESIJ');
      expect(value.length).toBeLessThanOrEqual(210);
    }),
  );
});

test('the fingerprint does not depend on the order of labels', () => {
  fc.assert(
    fc.property(anyFinding, (finding) => {
      const labels = alertLabels(finding, finding.severity, options);
      const turned = Object.fromEntries(Object.entries(labels).reverse());
      expect(labelsFingerprint(turned)).toBe(labelsFingerprint(labels));
    }),
  );
});
