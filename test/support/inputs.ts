import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Item, isRejected, type Source } from '../../src/sources/source.ts';

/** A directory of its own for a test file, gone when its tests are done. */
export const scratch = (): {
  readonly path: string;
  file(name: string, content: string | Buffer): string;
} => {
  const path = mkdtempSync(join(tmpdir(), 'detector-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    file(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
};

export const collect = async (source: Source): Promise<Item[]> => {
  const items: Item[] = [];
  for await (const batch of source.batches(new AbortController().signal)) items.push(...batch);
  return items;
};

/** What a reader of tests wants to see of an item: `3 text`, or `3 !oversized`. */
export const show = (item: Item): string =>
  isRejected(item) ? `${item.line.number} !${item.reason}` : `${item.number} ${item.text}`;

export const shown = async (source: Source): Promise<string[]> => (await collect(source)).map(show);
