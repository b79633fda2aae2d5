import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LokiError } from '../../../src/sources/loki/error.ts';
import { identityOf, type LokiLine } from '../../../src/sources/loki/line.ts';
import type { TimeRange } from '../../../src/sources/loki/nanos.ts';
import { createPageSize, defaultPageSize } from '../../../src/sources/loki/page-size.ts';
import { type FetchLines, type Page, readPages } from '../../../src/sources/loki/pages.ts';
import { createFakeLoki, type FakeLoki } from './fake-loki.ts';

const signal = new AbortController().signal;
const fetchFrom =
  (fake: FakeLoki): FetchLines =>
  (range, limit) =>
    fake.lines({ ...range, limit, selector: '{job="x"}', lane: 'live' }, signal);

const readAll = async (
  range: TimeRange,
  fetch: FetchLines,
  size = createPageSize(),
): Promise<readonly Page[]> => {
  const pages: Page[] = [];
  for await (const page of readPages(range, fetch, size)) pages.push(page);
  return pages;
};

const line = (ns: number, text: string, host = 'a', metadata = {}): LokiLine => ({
  ns: BigInt(ns),
  labels: { host, ...metadata },
  text,
});
const range = (from: number, to: number): TimeRange => ({ from: BigInt(from), to: BigInt(to) });
const textsOf = (pages: readonly Page[]): readonly string[] =>
  pages.flatMap((page) => page.lines.map(({ text }) => text));

/** Few times, hosts, texts: so that equal stamps, and lines that differ in one part only, are common. */
const history = fc.array(
  fc.record({
    ns: fc.integer({ min: 0, max: 30 }),
    host: fc.constantFrom('a', 'b'),
    text: fc.constantFrom('x', 'y', 'z'.repeat(40)),
    metadata: fc.constantFrom({}, { trace: '1' }),
  }),
  { maxLength: 120 },
);

describe('reading a range page by page', () => {
  test('gives every line of the range once, whatever the page size and however many share a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 200, max: 5_000 }),
        async (lines, bytes, longest, messageLimit) => {
          const fake = createFakeLoki();
          fake.store(lines.map(({ ns, text, host, metadata }) => line(ns, text, host, metadata)));
          fake.messageLimit = Math.max(messageLimit, 24 * 100); // at most 12 lines share a time
          const size = createPageSize({ bytes: bytes * 60, mostLines: 40, longest: BigInt(longest) });
          const pages = await readAll(range(3, 28), fetchFrom(fake), size);
          const expected = fake.stored().filter(({ ns }) => ns >= 3n && ns < 28n);
          expect(pages.flatMap((page) => page.lines.map(identityOf)).sort()).toEqual(
            expected.map(identityOf).sort(),
          );
          expect(pages.some((page) => page.overflow)).toBe(false);
        },
      ),
    );
  });

  test('says after each page only what holds: all lines before `readTo` have been given', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 2, max: 20 }), async (lines, limit) => {
        const fake = createFakeLoki();
        fake.store(lines.map(({ ns, text, host }) => line(ns, text, host)));
        const given = new Set<string>();
        const size = createPageSize({ ...defaultPageSize, mostLines: Math.max(limit, 12) });
        for await (const page of readPages(range(0, 31), fetchFrom(fake), size)) {
          for (const each of page.lines) given.add(identityOf(each));
          const before = fake.stored().filter(({ ns }) => ns < page.readTo);
          expect(before.every((each) => given.has(identityOf(each)))).toBe(true);
        }
      }),
    );
  });

  test('goes on past a nanosecond with more lines than Loki gives, and names it', async () => {
    const fake = createFakeLoki();
    const flood = Array.from({ length: 5_200 }, (_, index) => line(10, `flood ${index}`));
    fake.store([line(9, 'before'), ...flood, line(11, 'after')]);
    const pages = await readAll(range(0, 100), fetchFrom(fake));
    expect(textsOf(pages)).toContain('before');
    expect(textsOf(pages)).toContain('after');
    expect(pages.flatMap((page) => page.overflow ?? [])).toEqual([{ ns: 10n, seen: 5_000 }]);
    expect(textsOf(pages)).toHaveLength(5_002);
  });

  test('reads exactly as many lines at one nanosecond as Loki gives, less one, without an overflow', async () => {
    const fake = createFakeLoki();
    fake.store(Array.from({ length: 4_999 }, (_, index) => line(10, `flood ${index}`)));
    const pages = await readAll(range(0, 100), fetchFrom(fake));
    expect(textsOf(pages)).toHaveLength(4_999);
    expect(pages.flatMap((page) => page.overflow ?? [])).toEqual([]);
  });

  test('asks for less after an answer that never came, and for more again later', async () => {
    const fake = createFakeLoki();
    fake.messageLimit = 4 * 1024 * 1024;
    const long = Array.from({ length: 60 }, (_, index) =>
      line(1_000 + index, `${index} `.padEnd(200_000, 'x')),
    );
    const short = Array.from({ length: 20_000 }, (_, index) => line(2_000 + index, `short ${index}`));
    fake.store([...long, ...short]);
    const pages = await readAll(range(0, 1_000_000), fetchFrom(fake));
    expect(textsOf(pages)).toHaveLength(20_060);
    expect(fake.requests).toBeLessThan(60);
  });

  test('names a nanosecond whose lines together are larger than an answer can be', async () => {
    const fake = createFakeLoki();
    fake.messageLimit = 4 * 1024 * 1024;
    const large = Array.from({ length: 40 }, (_, index) => line(10, `${index} `.padEnd(250_000, 'x')));
    fake.store([...large, line(11, 'after')]);
    const pages = await readAll(range(0, 100), fetchFrom(fake));
    expect(textsOf(pages)).toContain('after');
    expect(pages.flatMap((page) => page.overflow ?? [])).toMatchObject([{ ns: 10n }]);
  });

  test.each([
    { name: 'a refusal', error: new LokiError('refused', 'parse error') },
    { name: 'an overload', error: new LokiError('overloaded', 'too many outstanding requests') },
    {
      name: 'a Loki that never answers, however little is asked',
      error: new LokiError('too-big', 'no answer'),
    },
  ])('ends with $name', async ({ error }) => {
    const fake = createFakeLoki();
    fake.mood = () => error;
    await expect(readAll(range(0, 100), fetchFrom(fake))).rejects.toBe(error);
  });

  test('learns how many lines a stricter Loki gives', async () => {
    const fake = createFakeLoki();
    fake.mostLines = 100;
    const flood = Array.from({ length: 90 }, (_, index) => line(10, `at once ${index}`));
    const spread = Array.from({ length: 2_000 }, (_, index) => line(20 + index, `spread ${index}`));
    fake.store([...flood, ...spread]);
    const pages = await readAll(range(0, 5_000), fetchFrom(fake));
    expect(textsOf(pages)).toHaveLength(2_090);
    expect(fake.requests).toBeLessThan(30);
  });

  test('asks nothing for an empty range', async () => {
    const fake = createFakeLoki();
    expect(await readAll(range(5, 5), fetchFrom(fake))).toEqual([]);
    expect(fake.requests).toBe(0);
  });
});
