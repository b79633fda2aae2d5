import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detector } from './support/detector.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const SAMPLE = 'examples/intrusion.jsonl';

describe('the sample', () => {
  test('holds exactly what its expectation names, in every stream', async () => {
    const ended = await detector([
      'replay',
      '--expect',
      'examples/intrusion.expect.yaml',
      '-o',
      'human',
      SAMPLE,
    ]);
    expect(ended.code).toBe(0);
    expect(ended.stderr).not.toMatch(/^(?:rejected|blind|absent)/m);
    expect(new Set(ended.stdout.match(/\b[KVS]\d\b/g)).size).toBeGreaterThanOrEqual(10);
  });

  test('is small enough to read, and most of it is noise', () => {
    const lines = read(SAMPLE).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(300);
    expect(lines.length).toBeLessThan(600);
  });
});

describe('the README', () => {
  const readme = read('README.md');

  test('gives the commands that exist', () => {
    expect(readme).toContain(`npm ci && npx detector replay ${SAMPLE}\n`);
    expect(readme).toContain('\nnpm ci && npm test\n');
    expect(read('.ci/run')).toContain('npm ci && npm test');
  });

  test('links to what is there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(5);
    for (const path of links) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  test('shows a picture of what the sample gives today', async () => {
    const { stdout } = await detector(['replay', '-q', '-o', 'ndjson', SAMPLE]);
    const picture = read('docs/replay.svg');
    const findings = stdout
      .trimEnd()
      .split('\n')
      .map((line): { rule: string; time: string } => JSON.parse(line));
    for (const { rule } of findings) expect(picture).toContain(`>${rule}</text>`);
    expect(picture).toContain(`${findings.length} in `);
  });
});
