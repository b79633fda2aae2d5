import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProgress } from '../../../src/sources/progress.ts';
import type { Item } from '../../../src/sources/source.ts';
import { createLineCutter } from '../../../src/sources/text/lines.ts';
import { show } from '../../support/inputs.ts';

const cut = (bytes: Buffer, chunkBytes: number, maxLineBytes = 1000) => {
  const progress = createProgress();
  const cutter = createLineCutter({ file: 'f', notAfter: 7, maxLineBytes, progress });
  const items: Item[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // A reader reuses its buffer: nothing may be kept of it.
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes));
    items.push(...cutter.cut(chunk));
    chunk.fill(0x21);
  }
  items.push(...cutter.end());
  return { items, progress };
};

const shownCut = (text: string | Buffer, maxLineBytes?: number) =>
  cut(Buffer.from(text), 8, maxLineBytes).items.map(show);

describe('cutting lines', () => {
  test.each([
    { name: 'nothing', text: '', lines: [] },
    { name: 'lines', text: 'one\ntwo\n', lines: ['1 one', '2 two'] },
    { name: 'a last line without newline', text: 'one\ntwo', lines: ['1 one', '2 two'] },
    { name: 'the line ends of Windows', text: 'one\r\ntwo\r\n', lines: ['1 one', '2 two'] },
    { name: 'a carriage return inside a line', text: 'a\rb\n', lines: ['1 a\rb'] },
    { name: 'blank lines, skipped and counted', text: '\n\none\n  \t\r\n\ntwo', lines: ['3 one', '6 two'] },
    { name: 'blanks before a line', text: '  one\n', lines: ['1   one'] },
    { name: 'NUL bytes', text: 'a\0b\n\0\0\n', lines: ['1 a\0b', '2 \0\0'] },
    { name: 'characters of several bytes', text: 'Zürich 東京 🔐\nç\n', lines: ['1 Zürich 東京 🔐', '2 ç'] },
    { name: 'a line separator of Unicode', text: 'a\u2028b\n', lines: ['1 a\u2028b'] },
  ])('reads $name', ({ text, lines }) => {
    expect(shownCut(text)).toEqual(lines);
  });

  test('puts U+FFFD for bytes that are no UTF-8, and counts the lines', () => {
    const { items, progress } = cut(Buffer.from('ok\na\xffb\n\xc3\nü\n\ufffd\n', 'latin1'), 3);
    expect(items.map(show)).toEqual(['1 ok', '2 a\ufffdb', '3 \ufffd', '4 \ufffd', '5 \ufffd']);
    expect(progress.invalidUtf8).toBe(4);
  });

  test('does not count a U+FFFD that the log itself holds', () => {
    expect(cut(Buffer.from('a\ufffdb\n'), 100).progress.invalidUtf8).toBe(0);
  });

  test('counts what it saw', () => {
    const { progress } = cut(Buffer.from('one\n\na\0b\nlast'), 5);
    expect(progress).toMatchObject({ bytes: 13, lines: 4, blank: 1, withNul: 1 });
  });

  test('refuses a line beyond the limit with its length, and reads on behind it', () => {
    const { items, progress } = cut(Buffer.from(`one\n${'x'.repeat(21)}\ntwo\n`), 4, 20);
    expect(items.map(show)).toEqual(['1 one', '2 !oversized', '3 two']);
    expect(items[1]).toMatchObject({ line: { file: 'f', text: '' } });
    expect(items[1]).toHaveProperty('detail', expect.stringContaining('21 bytes'));
    expect(progress.lines).toBe(3);
  });

  test('keeps a line of exactly the limit', () => {
    expect(shownCut(`${'x'.repeat(20)}\n`, 20)).toEqual([`1 ${'x'.repeat(20)}`]);
  });

  test('refuses a last line beyond the limit that has no newline', () => {
    expect(shownCut('x'.repeat(21), 20)).toEqual(['1 !oversized']);
  });

  test('gives the same items whatever the chunks', () => {
    const piece = fc.oneof(
      fc
        .constantFrom('\n', '\r\n', '\r', ' ', '\0', 'ü', '東', '🔐', 'a', 'xxxxxxxxxxxx')
        .map((s) => Buffer.from(s)),
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        (pieces, chunkBytes) => {
          const bytes = Buffer.concat(pieces);
          expect(cut(bytes, chunkBytes, 20)).toEqual(cut(bytes, 1 << 20, 20));
        },
      ),
    );
  });

  test('loses and invents nothing: the lines joined are the text', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[\r\n]/.test(text) && text.trim() !== '');
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 40 }), (lines, chunkBytes) => {
        const { items } = cut(Buffer.from(lines.map((text) => `${text}\n`).join('')), chunkBytes);
        expect(items.map(show)).toEqual(lines.map((text, index) => `${index + 1} ${text}`));
      }),
    );
  });
});
