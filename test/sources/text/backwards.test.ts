import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createProgress } from '../../../src/sources/progress.ts';
import type { Item } from '../../../src/sources/source.ts';
import { linesBackwards, measure } from '../../../src/sources/text/backwards.ts';
import { createLineCutter } from '../../../src/sources/text/lines.ts';
import { scratch, show } from '../../support/inputs.ts';

const path = join(scratch().path, 'content');
const originOf = () => ({ file: 'f', notAfter: 7, maxLineBytes: 20, progress: createProgress() });

const forwards = (content: Buffer) => {
  const origin = originOf();
  const cutter = createLineCutter(origin);
  return { items: [...cutter.cut(content), ...cutter.end()], progress: origin.progress };
};

const backwards = async (content: Buffer, chunkBytes: number, from = 0) => {
  writeFileSync(path, content);
  const handle = await open(path);
  try {
    const origin = originOf();
    const range = { handle, from, to: undefined, chunkBytes };
    const { lines, to } = await measure(range);
    const items: Item[] = [];
    for await (const batch of linesBackwards({ ...range, to }, origin, lines)) items.push(...batch);
    return { items, progress: origin.progress };
  } finally {
    await handle.close();
  }
};

test.each([
  { name: 'nothing', content: '', lines: [] },
  { name: 'one newline', content: '\n', lines: [] },
  { name: 'lines', content: 'one\ntwo\n', lines: ['2 two', '1 one'] },
  { name: 'a last line without newline', content: 'one\ntwo', lines: ['2 two', '1 one'] },
  { name: 'blank lines', content: '\none\n\n\r\ntwo\n\n', lines: ['5 two', '2 one'] },
  {
    name: 'a line beyond the limit',
    content: `one\n${'x'.repeat(30)}\ntwo`,
    lines: ['3 two', '2 !oversized', '1 one'],
  },
])('reads $name from the end', async ({ content, lines }) => {
  for (const chunkBytes of [1, 3, 1000])
    expect((await backwards(Buffer.from(content), chunkBytes)).items.map(show)).toEqual(lines);
});

test('leaves out what stands before its beginning', async () => {
  expect((await backwards(Buffer.from('\ufeffone\ntwo\n'), 2, 3)).items.map(show)).toEqual([
    '2 two',
    '1 one',
  ]);
});

test('gives the reverse of reading forwards, for any content and chunk', async () => {
  const piece = fc.oneof(
    fc
      .constantFrom('\n', '\n\n', '\r\n', ' ', '\0', 'ü', '東', '🔐', 'a', 'xxxxxxxxxxxx')
      .map((s) => Buffer.from(s)),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 40 }),
      fc.integer({ min: 1, max: 40 }),
      async (pieces, chunkBytes) => {
        const content = Buffer.concat(pieces);
        const { items, progress } = forwards(content);
        expect(await backwards(content, chunkBytes)).toEqual({ items: items.reverse(), progress });
      },
    ),
  );
});
