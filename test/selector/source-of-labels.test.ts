import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { sourceOfLabels } from '../../src/selector/source-of-labels.ts';

const text = `
sources:
  - {name: local, file: audit.log, format: kube-audit}
  - {name: kube, loki: '{job="kubernetes-audit"}', format: kube-audit}
  - {name: vault, loki: '{namespace="vault",container="audit-tail"}', format: vault-audit}
  - {name: other, loki: '{job=~".+"}', format: json}
`;
const { sources } = loadConfig([{ path: 'c.yaml', text }], {});

describe('the source of a record', () => {
  test.each([
    { name: 'is found by its labels', labels: { job: 'kubernetes-audit', node: 'a' }, expected: 'kube' },
    {
      name: 'is the first that fits',
      labels: { job: 'x', namespace: 'vault', container: 'audit-tail' },
      expected: 'vault',
    },
    { name: 'may be a catch-all', labels: { job: 'x' }, expected: 'other' },
    { name: 'is unknown without a fitting label', labels: { namespace: 'vault' }, expected: undefined },
    { name: 'is unknown without labels', labels: {}, expected: undefined },
  ])('$name', ({ labels, expected }) => {
    expect(sourceOfLabels(sources, labels)?.name).toBe(expected);
    expect(sourceOfLabels(sources, { ...labels })?.name).toBe(expected);
    expect(sourceOfLabels(sources, labels)?.name).toBe(expected);
  });

  test('stays right when more label sets come than are remembered', () => {
    for (let pod = 0; pod < 5_000; pod++) {
      const labels = pod % 2 === 0 ? { job: 'kubernetes-audit', pod: `${pod}` } : { pod: `${pod}` };
      expect(sourceOfLabels(sources, labels)?.name).toBe(pod % 2 === 0 ? 'kube' : undefined);
    }
  });
});
