import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/config.ts';
import { describeWithServers } from '../servers/available.ts';
import { requireBinary } from '../servers/binaries.ts';
import { CHART, decodeStrictly, type Manifest, manifestsOf, renderChart } from '../support/helm.ts';
import { PROJECT } from '../support/markdown.ts';

const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const sources = [{ name: 'kube-audit', loki: '{job="kubernetes-audit"}', format: 'kube-audit' }];

const MATRIX: readonly { readonly name: string; readonly values: object }[] = [
  { name: 'nothing set', values: {} },
  {
    name: 'everything on',
    values: {
      existingSecret: 'detector',
      extraRules: { 'x1-ours.yaml': 'title: ours\n', 'x2-theirs.yml': 'title: theirs\n' },
      image: { digest: `sha256:${'a'.repeat(64)}` },
      imagePullSecrets: [{ name: 'pull' }],
      extraEnv: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=400' }],
      extraEnvFrom: [{ secretRef: { name: 'env' } }],
      extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
      extraVolumeMounts: [{ name: 'ca', mountPath: '/etc/ca', readOnly: true }],
      podAnnotations: { a: 'b' },
      podLabels: { team: 'security' },
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      tolerations: [{ key: 'x', operator: 'Exists' }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'x', operator: 'Exists' }] }],
          },
        },
      },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: {} },
      ],
      priorityClassName: 'high',
      serviceAccount: { annotations: { a: 'b' } },
      persistence: { storageClass: 'fast', size: '2Gi' },
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
      prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
      dashboards: { enabled: true },
      config: {
        headscale: {
          url: 'http://headscale.headscale.svc:8080',
          api_key_file: '/etc/detector/secrets/headscale-key',
        },
        slack: { token_file: '/etc/detector/secrets/slack-token', channel: 'C0123456789' },
        rules: { disabled: ['K6'], quiet_period: '2h' },
      },
    },
  },
  {
    name: 'as little as possible',
    values: {
      replicaCount: 0,
      persistence: { enabled: false },
      networkPolicy: { enabled: false },
      podDisruptionBudget: { enabled: false },
      serviceAccount: { create: false },
      config: { alertmanager: null },
    },
  },
  { name: 'a claim that is there', values: { persistence: { existingClaim: 'mine' } } },
];

const only = (manifests: readonly Manifest[], kind: string, name = 'detector'): Manifest => {
  const found = manifests.filter((each) => each.kind === kind && each.metadata.name === name);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} of ${kind}/${name}`);
  return first;
};

describeWithServers(['helm', 'manifests'], 'the Helm chart', () => {
  const named = (name: string): readonly Manifest[] =>
    manifestsOf(renderChart(MATRIX.find((each) => each.name === name)?.values));

  test('helm lint finds nothing', () => {
    const said = execFileSync(requireBinary('helm'), ['lint', '--strict', CHART], { encoding: 'utf8' });
    expect(said).toContain('0 chart(s) failed');
  });

  test.each(MATRIX)('$name: decodes strictly, and its pod passes the level restricted', ({ values }) => {
    const said = decodeStrictly(renderChart(values));
    expect(said).toContain('restricted Deployment/detector');
    const unknown = said.filter((line) => line.startsWith('unknown'));
    expect(unknown.every((line) => line.startsWith('unknown monitoring.coreos.com/v1'))).toBe(true);
  });

  test.each(MATRIX)('$name: the configuration is one that the detector takes', ({ values }) => {
    const text = only(manifestsOf(renderChart(values)), 'ConfigMap').data?.['detector.yaml'] ?? '';
    expect(loadConfig([{ path: 'detector.yaml', text }], {}).sources).toHaveLength(4);
  });

  test('rules of the user stand beside the shipped ones, and other settings of rules stay', () => {
    const manifests = named('everything on');
    const text = only(manifests, 'ConfigMap').data?.['detector.yaml'] ?? '';
    expect(parse(text).rules).toEqual({
      disabled: ['K6'],
      quiet_period: '2h',
      paths: ['shipped', '/etc/detector/rules'],
    });
    expect(Object.keys(only(manifests, 'ConfigMap', 'detector-rules').data ?? {})).toHaveLength(2);
  });

  test('egress is opened for what the configuration names, and for nothing else', () => {
    const portsOf = (values: object): readonly number[] =>
      only(manifestsOf(renderChart(values)), 'NetworkPolicy').spec.egress.flatMap(
        ({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port),
      );
    expect(portsOf({})).toEqual([53, 53, 3100, 9093]);
    expect(portsOf({ config: { alertmanager: null } })).toEqual([53, 53, 3100]);
    expect(portsOf(MATRIX[1]?.values ?? {})).toEqual([53, 53, 3100, 9093, 8080, 443]);
  });

  test('a change of the configuration or of a rule restarts the pod', () => {
    const checksum = (values: object): unknown =>
      only(manifestsOf(renderChart(values)), 'Deployment').spec.template.metadata.annotations[
        'checksum/config'
      ];
    const all = [
      {},
      { config: { sources } },
      { extraRules: { 'a.yaml': 'a' } },
      { extraRules: { 'a.yaml': 'b' } },
    ].map(checksum);
    expect(new Set(all).size).toBe(4);
  });

  test('there is one writer: the old pod ends before the new one starts', () => {
    const { spec } = only(named('nothing set'), 'Deployment');
    expect([spec.strategy.type, spec.replicas, spec.template.spec.automountServiceAccountToken]).toEqual([
      'Recreate',
      1,
      false,
    ]);
  });

  test.each([
    { name: 'a misspelt value', values: { replicas: 1 }, said: /replicas/ },
    { name: 'two writers', values: { replicaCount: 2 }, said: /replicaCount/ },
    { name: 'a digest that is none', values: { image: { digest: 'latest' } }, said: /digest/ },
    { name: 'no source', values: { config: { sources: [] } }, said: /sources/ },
    {
      name: 'a state folder that the volume is not at',
      values: { config: { state_dir: '/x' } },
      said: /state_dir/,
    },
    {
      name: 'a rule file that would not be read',
      values: { extraRules: { 'rule.txt': 'x' } },
      said: /rule\.txt|extraRules/,
    },
  ])('refuses $name', ({ values, said }) => {
    expect(() => renderChart(values)).toThrow(said);
  });
});

describe('copies within the chart', () => {
  test.each([
    ['deploy/alerts/prometheus-rules.yaml', 'deploy/helm/detector/files/prometheus-rules.yaml'],
    ['deploy/dashboards/detector.json', 'deploy/helm/detector/files/detector.json'],
  ])('%s is what the chart ships', (original, copy) => {
    expect(read(copy)).toBe(read(original));
  });
});
