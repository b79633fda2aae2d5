import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { load } from '../../src/commands/load.ts';
import { createLane } from '../../src/commands/scan.ts';
import { compareSides, isEmpty } from '../../src/diff/compare.ts';
import { collectSide } from '../../src/diff/side.ts';
import { recording, recordings } from '../support/recordings.ts';
import { runCommand } from '../support/run-command.ts';

const ROOT = join(import.meta.dirname, '../..');
const HISTORIC = join(ROOT, 'examples/historic-rules');

const OURS = ['kubernetes/k2-service-account-address', 'kubernetes/k4-interactive-access']
  .concat(['kubernetes/k9-admin-address', 'vault/v5-login-failures'])
  .flatMap((rule) => ['-r', join(ROOT, `rules/${rule}.yaml`)]);

const EXAMPLE = ['k2/forged-headers', 'k4/shells', 'k9/admin-addresses']
  .concat(['v5/approle-and-jwt', 'v5/userpass-spike'])
  .map((name) => recording(`${name}/input.jsonl`));

const scratch = mkdtempSync(join(tmpdir(), 'detector-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Difference {
  readonly change: string;
  readonly finding?: {
    readonly rule: string;
    readonly source: { readonly file: string; readonly line: number };
  };
}

const differences = async (args: readonly string[]): Promise<readonly Difference[]> => {
  const { out, code, err } = await runCommand(['replay', ...args, '-o', 'ndjson']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

const loaded = await load({ config: [], rules: [], env: {}, orExample: true });

describe('replay --diff', () => {
  it.each(recordings)('of a rule set with itself is empty: %s', (_, path) => {
    const texts = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    const common = { file: 'x', labels: undefined, time: undefined, notAfter: undefined };
    const lines = texts.map((text, at) => ({ ...common, text, number: at + 1 }));
    const [before, after] = [collectSide(), collectSide()].map((collector) => {
      const lane = createLane({ loaded, tell: collector.tell });
      lane.take(lines);
      lane.end();
      return collector.side;
    });
    if (before === undefined || after === undefined) throw new Error('two sides');
    expect(isEmpty(compareSides(before, after))).toBe(true);
  });

  it('shows exactly what the historic rules missed and made up', async () => {
    const found = await differences([...EXAMPLE, ...OURS, '--diff', HISTORIC]);
    const told = (change: string) =>
      found
        .flatMap(({ change: each, finding }) => (each === change && finding !== undefined ? [finding] : []))
        .map(({ rule, source }) => `${rule} ${source.file.split('/').slice(-2)[0]}:${source.line}`);
    expect(told('added')).toEqual([
      ...[1, 2, 6, 7, 8].map((line) => `K2 forged-headers:${line}`),
      ...[3, 13, 15, 18, 20, 24, 33, 45, 56, 58, 68, 72].map((line) => `K4 shells:${line}`),
      ...[10, 13, 19, 21, 23].map((line) => `K9 admin-addresses:${line}`),
      ...['userpass-spike:30', 'userpass-spike:58', 'approle-and-jwt:32', 'approle-and-jwt:62'].map(
        (place) => `V5 ${place}`,
      ),
    ]);
    expect(told('removed')).toEqual(['K2 forged-headers:5', 'K9 admin-addresses:20']);
  });

  it('is what docs/tuning.md shows', async () => {
    const { out } = await runCommand(['replay', ...EXAMPLE, ...OURS, '--diff', HISTORIC, '-o', 'md']);
    const page = readFileSync(join(ROOT, 'docs/tuning.md'), 'utf8');
    const summary = out.slice(0, out.indexOf('### K2'));
    expect(page).toContain(summary.trim());
  });

  it.each([
    { name: 'critical', severity: 'critical', code: 1 },
    { name: 'nothing of that severity', severity: 'critical', code: 0, only: ['-r', OURS[7] ?? ''] },
    { name: 'warning', severity: 'warning', code: 1, only: ['-r', OURS[7] ?? ''] },
  ])(
    'ends with $code for --fail-on-new $severity where $name is new',
    async ({ severity, code, only = OURS }) => {
      const before = only === OURS ? HISTORIC : join(HISTORIC, 'v5.yaml');
      const args = ['replay', ...EXAMPLE, ...only, '--diff', before, '--fail-on-new', severity, '-o', 'md'];
      expect((await runCommand(args)).code).toBe(code);
    },
  );

  it('compares allowlists by configurations', async () => {
    const file = recording('k4/shells/input.jsonl');
    const config = join(scratch, 'before.yaml');
    const example = readFileSync(join(ROOT, 'examples/detector.yaml'), 'utf8');
    writeFileSync(
      config,
      example.replace('interactive_access:', 'interactive_access:\n    - dana@example.org'),
    );
    const found = await differences([file, '--diff', config]);
    const rules = new Set(found.flatMap(({ finding }) => (finding === undefined ? [] : [finding.rule])));
    expect([...rules]).toEqual(['K4']);
    expect(found.every(({ change }) => change === 'added')).toBe(true);
  });

  it('compares with a revision of git', async () => {
    const repository = join(scratch, 'repository');
    mkdirSync(join(repository, 'rules'), { recursive: true });
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {
        cwd: repository,
      });
    git('init', '-q', '-b', 'trunk');
    writeFileSync(join(repository, 'rules/k4.yaml'), readFileSync(join(HISTORIC, 'k4.yaml')));
    git('add', '.');
    git('commit', '-q', '-m', 'historic');
    writeFileSync(join(repository, 'rules/k4.yaml'), readFileSync(OURS[3] ?? ''));
    const cli = join(ROOT, 'dist/cli.js');
    const replay = (...args: readonly string[]) =>
      execFileSync('node', [cli, 'replay', EXAMPLE[1] ?? '', '-r', 'rules', '-o', 'md', ...args], {
        cwd: repository,
        encoding: 'utf8',
      });
    expect(replay('--diff', 'git:trunk:rules')).toMatch(/\| K4 \|.*\| 12 \| 0 \|/);
    expect(replay('--diff', 'git:HEAD:rules/k4.yaml')).toMatch(/\| K4 \|.*\| 12 \| 0 \|/);
    git('commit', '-q', '-a', '-m', 'ours');
    expect(replay('--diff', 'git:HEAD:rules')).toContain('No difference');
  });

  it.each([
    { name: 'a path that is not there', before: 'nowhere', says: 'nowhere: there is no such file' },
    { name: 'an unknown revision', before: 'git:nowhere:rules', says: 'git knows no such revision' },
    { name: 'an option as revision', before: 'git:--help:rules', says: 'a revision does not start with -' },
  ])('refuses $name', async ({ before, says }) => {
    const { code, err } = await runCommand(['replay', EXAMPLE[0] ?? '', '--diff', before]);
    expect(code).toBe(3);
    expect(err).toContain(says);
  });
});
