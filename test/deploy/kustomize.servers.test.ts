import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { load } from '../../src/commands/load.ts';
import { describeWithServers } from '../servers/available.ts';
import { decodeStrictly, kustomizeBuild, type Manifest, manifestsOf, renderChart } from '../support/helm.ts';
import { PROJECT } from '../support/markdown.ts';

const BASE = join(PROJECT, 'deploy/kustomize/base');
const OVERLAY = join(PROJECT, 'deploy/kustomize/overlays/homelab');

/** Labels and annotations that only Helm understands. */
const HELM_ONLY = [
  'helm.sh/chart',
  'helm.sh/resource-policy',
  'app.kubernetes.io/managed-by',
  'checksum/config',
];

const withoutHelm = (manifest: Manifest): string => {
  const copy: Manifest = JSON.parse(
    JSON.stringify(manifest, (key, value) =>
      HELM_ONLY.includes(key) || (key === 'namespace' && value === 'detector') ? undefined : value,
    ),
  );
  return stringify(copy, { lineWidth: 0 });
};

describeWithServers(['helm'], 'deploy/kustomize/base', () => {
  const rendered = (): readonly Manifest[] => manifestsOf(renderChart());

  test('manifests.yaml is what the chart makes of its values', async () => {
    const manifests = rendered().filter(({ kind }) => kind !== 'ConfigMap');
    expect(manifests.map(({ kind }) => kind).sort()).toEqual([
      'Deployment',
      'NetworkPolicy',
      'PersistentVolumeClaim',
      'PodDisruptionBudget',
      'Service',
      'ServiceAccount',
    ]);
    await expect(
      `# Written from the chart, see kustomization.yaml\n${manifests.map(withoutHelm).join('---\n')}`,
    ).toMatchFileSnapshot(join(BASE, 'manifests.yaml'));
  });

  test('detector.yaml is the chart’s configuration', async () => {
    const config = rendered().find(({ kind }) => kind === 'ConfigMap')?.data?.['detector.yaml'] ?? '';
    await expect(config).toMatchFileSnapshot(join(BASE, 'detector.yaml'));
  });
});

describeWithServers(['kustomize', 'manifests'], 'kustomize build', () => {
  test.each(['deploy/kustomize/base', 'deploy/kustomize/overlays/homelab'])(
    '%s decodes strictly, and its pod passes the level restricted',
    (folder) => {
      const said = decodeStrictly(kustomizeBuild(folder));
      expect(said).toContain('restricted Deployment/detector');
      expect(said.filter((line) => line.startsWith('unknown'))).toEqual([]);
    },
  );

  test('the overlay mounts the configuration and the rules that it makes', () => {
    const manifests = manifestsOf(kustomizeBuild('deploy/kustomize/overlays/homelab'));
    const made = manifests.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
    expect(made).toHaveLength(2);
    const deployment = manifests.find(({ kind }) => kind === 'Deployment');
    const volumes: readonly { configMap?: { name: string } }[] = deployment?.spec.template.spec.volumes ?? [];
    expect(volumes.flatMap(({ configMap }) => configMap?.name ?? []).sort()).toEqual(made.sort());
  });
});

describe('the overlay', () => {
  test('has a configuration and a rule that the detector takes', async () => {
    const config = readFileSync(join(OVERLAY, 'detector.yaml'), 'utf8');
    expect(config).toContain('paths: [shipped, /etc/detector/rules]');
    const { rules } = await load({
      config: [join(OVERLAY, 'detector.yaml')],
      rules: [join(OVERLAY, 'rules'), join(PROJECT, 'rules/kubernetes')],
      env: {},
      orExample: false,
    });
    expect(rules.map(({ code }) => code)).toContain('X1');
  });
});
