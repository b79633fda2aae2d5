import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Line } from '../../src/event.ts';
import { mergeByTime } from '../../src/sources/merge.ts';
import { type Item, isRejected, type Source } from '../../src/sources/source.ts';
import { collect } from '../support/inputs.ts';

/** Lines of one file: their times are numbers, `-` has none, `!` is a reject. */
const lineOf = (file: string, number: number, time: number | undefined): Line => ({
  text: `${file}${time ?? '-'}`,
  file,
  number,
  labels: undefined,
  time,
  notAfter: undefined,
});

const source = (file: string, times: readonly (number | '-' | '!')[], batchSize = 2): Source => ({
  name: file,
  async *batches() {
    const items = times.map((time, index): Item => {
      const line = lineOf(file, index + 1, typeof time === 'number' ? time : undefined);
      return time === '!' ? { line, reason: 'oversized', detail: '' } : line;
    });
    for (let at = 0; at < items.length; at += batchSize) yield items.slice(at, at + batchSize);
  },
});

const merge = async (...sources: Source[]) =>
  (await collect(mergeByTime(sources))).map((item) => (isRejected(item) ? `${item.line.file}!` : item.text));

test('a single source is passed on as it is', () => {
  const only = source('a', [1]);
  expect(mergeByTime([only])).toBe(only);
});

test('no source is an empty one', async () => {
  expect(await merge()).toEqual([]);
});

test.each([
  { name: 'lines of two files', a: [1, 4, 5], b: [2, 3, 6], is: ['a1', 'b2', 'b3', 'a4', 'a5', 'b6'] },
  { name: 'equal times by the order of the files', a: [1, 2], b: [1, 2], is: ['a1', 'b1', 'a2', 'b2'] },
  {
    name: 'lines without time with the line before them',
    a: [1, '-', 5],
    b: [2, '-', '-'],
    is: ['a1', 'a-', 'b2', 'b-', 'b-', 'a5'],
  },
  { name: 'a first line without time at once', a: [5, 6], b: ['-', 7], is: ['b-', 'a5', 'a6', 'b7'] },
  { name: 'rejects where they stand', a: [1, '!', 5], b: [2, 3], is: ['a1', 'a!', 'b2', 'b3', 'a5'] },
  { name: 'each file in its own order', a: [3, 1, 2], b: [4], is: ['a3', 'a1', 'a2', 'b4'] },
  {
    name: 'a single line of the future without holding up the rest',
    a: [1, 999, 2, 3],
    b: [2, 4],
    is: ['a1', 'a999', 'a2', 'b2', 'a3', 'b4'],
  },
  { name: 'an empty file', a: [], b: [1, 2], is: ['b1', 'b2'] },
  {
    name: 'files of which one is over early',
    a: [1],
    b: [2, 3, 4, 5, 6],
    is: ['a1', 'b2', 'b3', 'b4', 'b5', 'b6'],
  },
] as const)('merges $name', async ({ a, b, is }) => {
  for (const batchSize of [1, 2, 3, 100])
    expect(await merge(source('a', a, batchSize), source('b', b, batchSize))).toEqual(is);
});

test('asks for the time of lines that bring none', async () => {
  const raw = (file: string, texts: readonly string[]): Source => ({
    name: file,
    async *batches() {
      yield texts.map((text, index) => ({ ...lineOf(file, index + 1, undefined), text }));
    },
  });
  const merged = mergeByTime([raw('a', ['10', '30']), raw('b', ['20'])], ({ text }) => Number(text));
  expect((await collect(merged)).map((item) => ('text' in item ? item.text : ''))).toEqual([
    '10',
    '20',
    '30',
  ]);
});

test('gives everything, each file in its order, and all in order when the files are', async () => {
  const times = fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 }), {
    minLength: 2,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 1, max: 5 }), async (files, batchSize) => {
      const ordered = files.map((file) => file.toSorted((a, b) => a - b));
      const items = await collect(
        mergeByTime(ordered.map((file, index) => source(`${index}:`, file, batchSize))),
      );
      const lines = items.filter((item): item is Line => !isRejected(item));
      expect(lines.map(({ time }) => time)).toEqual(ordered.flat().sort((a, b) => a - b));
      for (const index of ordered.keys()) {
        const numbers = lines.filter(({ file }) => file === `${index}:`).map(({ number }) => number);
        expect(numbers).toEqual(numbers.map((_, position) => position + 1));
      }
    }),
  );
});

test('closes every source when the reader leaves', async () => {
  const closed: string[] = [];
  const closing = (name: string): Source => ({
    name,
    async *batches() {
      try {
        for (let time = 0; ; time++) yield [lineOf(name, time + 1, time)];
      } finally {
        closed.push(name);
      }
    },
  });
  for await (const batch of mergeByTime([closing('a'), closing('b')]).batches(new AbortController().signal)) {
    expect(batch.length).toBeGreaterThan(0);
    break;
  }
  expect(closed.sort()).toEqual(['a', 'b']);
});
