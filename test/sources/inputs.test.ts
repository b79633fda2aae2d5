import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { expandInputs, openInputs } from '../../src/sources/inputs.ts';
import { scratch, shown } from '../support/inputs.ts';

const dir = scratch();
const refusal = (paths: readonly string[]): Promise<unknown> =>
  expandInputs(paths).then(
    () => undefined,
    (error: unknown) => error,
  );

const record = (line: string, second: number) =>
  `${JSON.stringify({ labels: {}, line, timestamp: `2026-05-12T07:30:0${second}Z` })}\n`;

mkdirSync(join(dir.path, 'logs'));
mkdirSync(join(dir.path, 'logs', 'deeper.log'));
mkdirSync(join(dir.path, 'bare'));
for (const name of ['b.jsonl', 'a.log', 'auth.log.1', 'old.log.2.gz', 'notes.txt', '.hidden.log', 'c.zst'])
  dir.file(join('logs', name), 'x\n');

const inLogs = (...names: string[]) => names.map((name) => join(dir.path, 'logs', name));

test('a directory stands for the log files in it, by name', async () => {
  const files = inLogs('a.log', 'auth.log.1', 'b.jsonl', 'c.zst', 'old.log.2.gz');
  expect(await expandInputs([join(dir.path, 'logs')])).toEqual(files);
});

test('files keep the order in which they are named, whatever they are called', async () => {
  const files = inLogs('notes.txt', 'a.log');
  expect(await expandInputs([...files, '-'])).toEqual([...files, '-']);
});

test('what is named twice is read once', async () => {
  const [file = ''] = inLogs('a.log');
  expect(await expandInputs([file, join(dir.path, 'logs', '..', 'logs', 'a.log'), '-', '-'])).toEqual([
    file,
    '-',
  ]);
});

test('all that is missing is named at once', async () => {
  const error = await refusal([join(dir.path, 'no-such.log'), ...inLogs('a.log'), join(dir.path, 'bare')]);
  expect(error).toBeInstanceOf(InputError);
  expect(String(error)).toContain('no-such.log: there is no such file: check the path\n');
  expect(String(error)).toContain('bare: no log files (*.jsonl');
});

test('several files are one source in order of time, and their progress is one', async () => {
  const newest = dir.file('newest-first.jsonl', record('four', 4) + record('two', 2));
  const packed = dir.file('packed.gz', gzipSync(record('one', 1) + record('three', 3)));
  const stdin = Readable.from([Buffer.from(record('five', 5))]);
  const source = await openInputs([newest, packed, '-'], { stdin });
  expect(await shown(source)).toEqual(['1 one', '2 two', '2 three', '1 four', '1 five']);
  expect(source.progress).toMatchObject({ lines: 5, size: undefined });
});

test('no input at all is refused with advice', async () => {
  await expect(openInputs([])).rejects.toThrow('name a log file, a directory, or - for standard input');
});
