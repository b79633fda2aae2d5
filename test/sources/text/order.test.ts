import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Line } from '../../../src/event.ts';
import { openSource } from '../../../src/sources/open.ts';
import { isDescending } from '../../../src/sources/text/order.ts';
import { formatRfc3339, parseRfc3339 } from '../../../src/time.ts';
import { collect, scratch, show, shown } from '../../support/inputs.ts';

const dir = scratch();
const START = 1_795_000_000_000_000;

/** Records as logcli prints them, newest first: the n-th is the `count - n`th second. */
const newestFirst = (count: number): string =>
  Array.from({ length: count }, (_, index) => {
    const second = count - index;
    const timestamp = formatRfc3339(START + second * 1_000_000);
    return `${JSON.stringify({ labels: {}, line: `second ${second}`, timestamp })}\n`;
  }).join('');

const ascending = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${count - index} second ${index + 1}`);

const spools = () => readdirSync(tmpdir()).filter((name) => /^detector-[0-9a-f]{8}-/.test(name));

describe('input with the newest line first', () => {
  test.each([2, 3, 63, 5000])(
    'of %i lines comes in order of time with the numbers of the file',
    async (count) => {
      const source = openSource(dir.file('descending.jsonl', newestFirst(count)), { chunkBytes: 4096 });
      expect(await shown(source)).toEqual(ascending(count));
      expect(source.progress).toMatchObject({ lines: count, read: source.progress.size });
    },
  );

  test('is turned when it is compressed, and leaves no copy behind', async () => {
    const before = spools();
    const path = dir.file('descending.gz', gzipSync(newestFirst(3000)));
    for await (const batch of openSource(path).batches(new AbortController().signal)) {
      expect(batch.length).toBeGreaterThan(0);
      expect(spools()).toEqual(before);
    }
    expect(await shown(openSource(path))).toEqual(ascending(3000));
  });

  test('is turned when it comes from a pipe', async () => {
    const stdin = Readable.from([Buffer.from(newestFirst(3000))]);
    expect(await shown(openSource('-', { stdin }))).toEqual(ascending(3000));
  });

  test('behind a byte order mark and with a line cut at its end is turned', async () => {
    const path = dir.file('descending.jsonl', `\ufeff${newestFirst(100)}{"labels":{},"line":"cu`);
    expect(await shown(openSource(path))).toEqual(['101 !truncated', ...ascending(100)]);
  });

  test('that is compressed and damaged gives the lines before the damage', async () => {
    const stored = gzipSync(newestFirst(1000));
    const items = await collect(openSource(dir.file('cut.gz', stored.subarray(0, stored.length - 300))));
    expect(items[0]).toMatchObject({ reason: 'truncated', line: { number: items.length } });
    const numbers = items.slice(1).map((item) => ('number' in item ? item.number : 0));
    expect(numbers).toEqual(numbers.map((_, index) => numbers.length - index));
  });

  test('is turned when its raw lines have times', async () => {
    const timeOf = ({ text }: Line) => parseRfc3339(text.slice(0, 27));
    const lines = [3, 2, 1].map((second) => formatRfc3339(START + second * 1_000_000));
    const path = dir.file('raw.log', lines.join('\n'));
    expect(await shown(openSource(path, { timeOf }))).toEqual([
      `3 ${lines[2]}`,
      `2 ${lines[1]}`,
      `1 ${lines[0]}`,
    ]);
  });

  test('keeps a deterministic order among lines of one time: the reverse of the file', async () => {
    const record = (line: string, second: number) =>
      `${JSON.stringify({ labels: {}, line, timestamp: formatRfc3339(START + second * 1_000_000) })}\n`;
    const path = dir.file(
      'ties.jsonl',
      record('b2', 2) + record('b1', 2) + record('a2', 1) + record('a1', 1),
    );
    expect(await shown(openSource(path))).toEqual(['4 a1', '3 a2', '2 b1', '1 b2']);
  });
});

test('a file whose first lines run backwards but whose end is later is read as it stands', async () => {
  const path = dir.file(
    'mixed.jsonl',
    newestFirst(100) + newestFirst(300).split('\n').reverse().join('\n').trim(),
  );
  expect((await collect(openSource(path))).map(show)[0]).toBe('1 second 100');
});

describe('times run backwards', () => {
  test.each([
    { name: 'no times', times: [], is: false },
    { name: 'one time', times: [5], is: false },
    { name: 'all at once', times: [5, 5, 5], is: false },
    { name: 'forwards', times: [1, 2, 3], is: false },
    { name: 'backwards', times: [3, 2, 1], is: true },
    { name: 'backwards with ties', times: [3, 3, 2, 2, 2, 1], is: true },
    { name: 'backwards with a late line', times: [9, 8, 6, 7, 5, 4, 3, 2], is: true },
    { name: 'a live log that is a little out of order', times: [5, 1, 2, 3, 4], is: false },
    { name: 'lines in no order', times: [9, 1, 8, 2, 7, 3, 6, 4, 5], is: false },
  ])('$name: $is', ({ times, is }) => {
    expect(isDescending(times)).toBe(is);
  });
});
