import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { absent, SHARED } from '../support/shared.ts';

const ROOT = join(import.meta.dirname, '../..');
const policy = (name: string): string => join('test/coverage/policies', `${name}.yaml`);

const detector = (...args: readonly string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: ROOT, maxBuffer: 50_000_000, env: { ...process.env, COLUMNS: '100' } };
    execFile('node', ['dist/cli.js', ...args], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

describe('detector coverage', () => {
  it('exits with 1 when a rule is blind and that was asked for', async () => {
    const { code, stdout } = await detector(
      'coverage',
      '--audit-policy',
      policy('field'),
      '--fail-on',
      'blind',
    );
    expect(code).toBe(1);
    const rows: readonly { rule: string; state: string; where: { file: string; line: number } }[] =
      JSON.parse(stdout);
    expect(rows.filter(({ state }) => state === 'blind').map(({ rule, where }) => [rule, where])).toEqual([
      ['K3', { file: policy('field'), line: 7 }],
      ['K4', { file: policy('field'), line: 7 }],
    ]);
    for (const row of rows)
      expect(Object.keys(row)).toEqual(['rule', 'alternative', 'state', 'why', 'where', 'fix', 'proof']);
  });

  it('shows a table that ends with the state of every rule', async () => {
    const { code, stdout } = await detector('coverage', '--audit-policy', policy('field'), '-o', 'human');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      'blind: K3 K4; unverified: K7 K8; can fire: K2 K5 K6 K9 D10 D7',
    );
  });

  it('asks for something to judge by', async () => {
    const { code, stderr } = await detector('coverage');
    expect(code).toBe(3);
    expect(stderr).toMatch(/--audit-policy/);
  });

  it('names the mistakes of a policy', async () => {
    const { code, stderr } = await detector('coverage', '--audit-policy', 'package.json');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^package.json:2:3: unknown key `name`/m);
  });

  const reason = absent('recorded/kube-audit/k7-cluster-roles-p1');
  if (reason !== undefined) process.stderr.write(`coverage by observation: skipped, ${reason}\n`);
  it.skipIf(reason !== undefined)('says what was really seen in a log', async () => {
    const log = join(SHARED, 'recorded/kube-audit/k7-cluster-roles-p1/input.jsonl');
    const { stdout } = await detector('coverage', log, '-o', 'json');
    const rows: readonly { rule: string; state: string; proof: string; alternative: string }[] =
      JSON.parse(stdout);
    expect(new Set(rows.map(({ proof }) => proof))).toEqual(new Set(['observation']));
    const said = rows.map(({ rule, state, alternative }) => `${rule} ${state} ${alternative}`);
    expect(said).toContain('K7 unverified create, update, patch clusterroles');
    expect(said).toContain('V1 not_seen any line');
    expect(said).toContain('K2 can_fire any request');
  });
});

describe('detector audit-policy', () => {
  const reason = absent('recorded/kube-audit/mixed-timeline-p2');
  it.skipIf(reason !== undefined)('estimates the volume before and after from a recorded file', async () => {
    const log = join(SHARED, 'recorded/kube-audit/mixed-timeline-p2/input.jsonl');
    const { code, stdout } = await detector('audit-policy', log);
    expect(code).toBe(0);
    const daily = (word: string) => Number(new RegExp(`${word}:\\s+(\\d+) lines`).exec(stdout)?.[1]);
    expect(daily('before')).toBeGreaterThan(daily('after'));
    expect(daily('after')).toBeGreaterThan(0);
  });

  it('gives advice for the other services beside the policy, not in it', async () => {
    const { stdout, stderr } = await detector('audit-policy');
    expect(stdout).toMatch(/^apiVersion: audit.k8s.io\/v1$/m);
    expect(stderr).toMatch(/vault audit enable file/);
    expect(stdout).not.toMatch(/vault audit enable/);
  });
});
