import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openSource } from '../../../src/sources/open.ts';
import { collect, scratch, show, shown } from '../../support/inputs.ts';

const dir = scratch();
const numbers = Array.from({ length: 3000 }, (_, i) => `{"n":${i + 1},"text":"line number ${i + 1}"}`);
const text = `${numbers.join('\n')}\n`;
const gzip = gzipSync(text);
/** The same text, by zstd 1.5.4 at level 19 with a checksum. */
const zstd = readFileSync(join(import.meta.dirname, 'numbers.jsonl.zst'));

const read = (content: Buffer, chunkBytes?: number) =>
  collect(openSource(dir.file('input', content), chunkBytes === undefined ? {} : { chunkBytes }));

const expected = (lines: readonly string[]) => lines.map((line, index) => `${index + 1} ${line}`);

describe.each([
  { name: 'gzip', stored: gzip },
  { name: 'zstd', stored: zstd },
])('$name', ({ stored }) => {
  test('gives the lines of the plain file', async () => {
    expect((await read(stored)).map(show)).toEqual(expected(numbers));
  });

  test.each([1, 13, 1000])('read %i bytes at a time, too', async (chunkBytes) => {
    expect((await read(stored, chunkBytes)).map(show)).toEqual(expected(numbers));
  });

  test('gives what was compressed in several parts as one text', async () => {
    expect((await read(Buffer.concat([stored, stored, stored]))).map(show)).toEqual(
      expected([...numbers, ...numbers, ...numbers]),
    );
  });

  test('is told by the content on standard input', async () => {
    const stdin = Readable.from([stored.subarray(0, 3), stored.subarray(3)]);
    expect(await shown(openSource('-', { stdin }))).toEqual(expected(numbers));
  });

  test('cut short gives every complete line before the cut, and names the place', async () => {
    for (const left of [10, stored.length >> 1, stored.length - 9, stored.length - 1]) {
      const items = await read(stored.subarray(0, left));
      const lines = items.slice(0, -1).map(show);
      expect(lines).toEqual(expected(numbers).slice(0, lines.length));
      expect(items.at(-1)).toMatchObject({
        reason: 'truncated',
        line: { number: lines.length + 1 },
        detail: expect.stringContaining(`up to line ${lines.length}.`),
      });
    }
  });

  test('with text written behind it says so, and gives all that was compressed', async () => {
    const items = await read(Buffer.concat([stored, Buffer.from('appended by mistake\n')]));
    expect(items.slice(0, -1).map(show)).toEqual(expected(numbers));
    expect(items.at(-1)).toMatchObject({ reason: 'truncated', line: { number: 3001 } });
  });

  test('with a broken byte ends in a reject, never in a wrong end', async () => {
    const broken = Buffer.from(stored);
    broken[broken.length >> 1] = (broken[broken.length >> 1] ?? 0) ^ 0x55;
    expect((await read(broken)).at(-1)).toMatchObject({ reason: 'truncated' });
  });
});

test('gzip cut in its trailer has lost no line', async () => {
  expect((await read(gzip.subarray(0, -4))).slice(0, -1).map(show)).toEqual(expected(numbers));
});

test('gzip with a wrong checksum has lost no line', async () => {
  const broken = Buffer.from(gzip);
  broken.writeUInt32LE(1, broken.length - 8);
  expect((await read(broken)).slice(0, -1).map(show)).toEqual(expected(numbers));
});

test('gzip padded with zeros, as on tapes, is whole', async () => {
  expect((await read(Buffer.concat([gzip, Buffer.alloc(1000)]))).map(show)).toEqual(expected(numbers));
});

test('a zstd frame that is to be skipped holds no lines', async () => {
  const skippable = Buffer.from('502a4d1804000000abcdabcd', 'hex');
  expect((await read(Buffer.concat([skippable, zstd]))).map(show)).toEqual(expected(numbers));
});

test('compressed nothing is an empty file', async () => {
  expect(await read(gzipSync(''))).toEqual([]);
});

test('what inflates to a thousand times its size is read in bounded pieces', async () => {
  const items = await read(gzipSync(Buffer.alloc(40_000_000, 'x')));
  expect(items.map(show)).toEqual(['1 !oversized']);
});
