import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { formatRfc3339 } from '../../src/time.ts';
import { scratch } from '../support/inputs.ts';

const dir = scratch();
const MIB = 1024 * 1024;

/** Reads a file in a process of its own and keeps every 500th line, as a window of the engine would. */
const script = `
  const { openSource } = await import(process.argv[1]);
  const kept = [];
  let lines = 0;
  for await (const batch of openSource(process.argv[2]).batches(new AbortController().signal))
    for (const item of batch) if (lines++ % 500 === 0) kept.push(item);
  console.log(JSON.stringify({ lines, kept: kept.length, peak: process.resourceUsage().maxRSS * 1024 }));
`;

const read = (path: string): { lines: number; kept: number; peak: number } => {
  const built = pathToFileURL(join(import.meta.dirname, '../../dist/sources/open.js')).href;
  const args = ['--input-type=module', '-e', script, built, path];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
};

const write = (name: string, lineAt: (index: number) => string, lines: number): string => {
  const path = join(dir.path, name);
  const file = openSync(path, 'w');
  for (let at = 0; at < lines; at += 1000)
    writeSync(file, Array.from({ length: 1000 }, (_, index) => lineAt(at + index)).join(''));
  closeSync(file);
  return path;
};

const filler = 'x'.repeat(1280);

test('memory does not grow with the file, nor do kept lines keep their surroundings', () => {
  const path = write('large.log', (index) => `{"n":${index},"filler":"${filler}"}\n`, 160_000);
  const { lines, kept, peak } = read(path);
  expect({ lines, kept }).toEqual({ lines: 160_000, kept: 320 });
  expect(peak).toBeLessThan(160 * MIB);
});

test('nor when the newest line comes first', () => {
  const timestamp = (index: number) => formatRfc3339(1_795_000_000_000_000 - index * 1000);
  const path = write(
    'descending.jsonl',
    (index) => `{"labels":{},"line":"${filler}","timestamp":"${timestamp(index)}"}\n`,
    160_000,
  );
  const { lines, peak } = read(path);
  expect(lines).toBe(160_000);
  expect(peak).toBeLessThan(160 * MIB);
});
