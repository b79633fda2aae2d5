import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { shippedRules } from '../support/shipped-rules.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'detector-selftest-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Result {
  readonly branch: string;
  readonly fires: boolean;
  readonly why: string | null;
}

const selftest = (config?: string): Promise<{ code: number; results: readonly Result[] }> => {
  const file = join(folder, 'config.yaml');
  if (config !== undefined) writeFileSync(file, config);
  const args = [
    'dist/cli.js',
    'selftest',
    ...(config === undefined ? [] : ['--config', 'examples/detector.yaml', '--config', file]),
  ];
  return new Promise((resolve) => {
    execFile('node', args, { cwd: ROOT }, (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), results: JSON.parse(stdout) }),
    );
  });
};

describe('detector selftest', () => {
  it('makes every document of every shipped rule fire', async () => {
    const { code, results } = await selftest('lists: {breakglass_keys: ["SHA256:abc"]}\n');
    const branches = shippedRules('kubernetes', 'vault', 'sshd')
      .flatMap((rule) => rule.branches)
      .filter((branch) => branch.kind === 'count' || !branch.countedOnly);
    expect(results.map(({ branch }) => branch).sort()).toEqual(branches.map(({ name }) => name).sort());
    expect(results.filter(({ fires }) => !fires)).toEqual([]);
    expect(code).toBe(0);
  });

  it('finds the allowlist that swallows a rule', async () => {
    const { code, results } = await selftest('lists: {interactive_access: ["*"]}\n');
    expect(code).toBe(1);
    expect(results.filter(({ fires, why }) => !fires && !why?.startsWith('the list'))).toEqual([
      expect.objectContaining({
        branch: 'K4',
        why: '`filter_main_admin` excludes it: k8s.actor matches * (list interactive_access)',
      }),
    ]);
  });

  it('finds the zone that swallows all rules about addresses', async () => {
    const { results } = await selftest('zones: {lan: [0.0.0.0/0]}\n');
    const swallowed = results.filter(({ fires }) => !fires).map(({ branch }) => branch);
    expect(swallowed).toEqual(expect.arrayContaining(['K2', 'K9', 'S1', 'V7']));
  });

  it('takes the names of lists from the configuration', async () => {
    const { results } = await selftest(
      'lists: {secret_namespaces: [hush], sensitive_namespaces: ["prod-*"]}\n',
    );
    for (const branch of ['K3', 'K4'])
      expect(results).toContainEqual(expect.objectContaining({ branch, fires: true }));
  });
});
