import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PROJECT } from '../support/markdown.ts';

/** Compiles a native package where no binary fits, which takes minutes: in CI, or when asked for. */
const wanted = process.env['CI'] === 'true' || process.env['DETECTOR_TEST_IMAGE'] === '1';

describe('the tree of the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'detector-tree-'));
  const tree = join(folder, 'detector');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is assembled, holds no development package, and runs', { timeout: 900_000 }, (context) => {
    if (!wanted) context.skip('DETECTOR_TEST_IMAGE is not 1');
    execFileSync(join(PROJECT, 'deploy/docker/tree.sh'), [tree], { stdio: ['ignore', 'ignore', 'inherit'] });
    expect(existsSync(join(tree, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'))).toBe(
      true,
    );
    for (const left of ['typescript', 'vitest', '@biomejs', '.bin']) {
      expect(existsSync(join(tree, 'node_modules', left)), left).toBe(false);
    }
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [join(tree, 'dist/cli.js'), ...args], { cwd: '/', encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(run('version').stdout).toBe(`${version}\n`);
    const sample = join(tree, 'examples/intrusion.jsonl');
    const expected = join(tree, 'examples/intrusion.expect.yaml');
    const replayed = run('replay', '-q', '--expect', expected, sample);
    expect(replayed.stderr).toBe('');
    expect(replayed.status).toBe(0);
  });
});

describe('the Dockerfile', () => {
  const text = readFileSync(join(PROJECT, 'deploy/docker/Dockerfile'), 'utf8');

  test('runs the program itself, without a shell, as a user that is not root', () => {
    expect(text).toContain('USER 65532:65532');
    expect(text).toContain('ENTRYPOINT ["/nodejs/bin/node", "/opt/detector/dist/cli.js"]');
    expect(text.slice(text.lastIndexOf('\nFROM '))).not.toMatch(/^RUN /m);
  });

  test('sends nothing to the build but what the tree is made of', () => {
    const kept = readFileSync(join(PROJECT, '.dockerignore'), 'utf8').trimEnd().split('\n');
    expect(kept[0]).toBe('*');
    for (const name of kept.slice(1)) expect(existsSync(join(PROJECT, name.slice(1))), name).toBe(true);
  });
});
