import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { requireBinary } from '../servers/binaries.ts';
import { PROJECT } from './markdown.ts';

export const CHART = join(PROJECT, 'deploy/helm/detector');

/** Plain data: tests look at what they name. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly data?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: the spec of any kind; the strict decoder checks its shape.
  readonly spec?: any;
}

/** What `helm template` makes of values; throws with Helm's words. */
export const renderChart = (values: object = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), 'detector-helm-'));
  try {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const args = ['template', 'detector', CHART, '-n', 'detector', '--kube-version', '1.33.0', '-f', file];
    const { status, stdout, stderr } = spawnSync(requireBinary('helm'), args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const manifestsOf = (text: string): readonly Manifest[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);

/** Every line that the strict decoder says; throws with what it refuses. */
export const decodeStrictly = (manifests: string): readonly string[] => {
  const { status, stdout, stderr } = spawnSync(requireBinary('manifests'), [], {
    input: manifests,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout.trimEnd().split('\n');
};

export const kustomizeBuild = (folder: string): string =>
  execFileSync(requireBinary('kustomize'), ['build', join(PROJECT, folder)], { encoding: 'utf8' });
