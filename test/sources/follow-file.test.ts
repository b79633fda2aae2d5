import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followFile } from '../../src/sources/follow-file.ts';
import type { LiveEvent } from '../../src/sources/live.ts';
import { isRejected } from '../../src/sources/source.ts';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'detector-follow-'));
  path = join(folder, 'audit.log');
});
afterEach(() => rm(folder, { recursive: true }));

/** Follows until `count` lines came, doing `then` after each batch of them. */
const follow = async (
  count: number,
  cursor?: string,
  then: (texts: readonly string[]) => Promise<void> | void = () => {},
) => {
  const stop = new AbortController();
  const lines: { text: string; number: number }[] = [];
  const source = followFile({ name: 'local', path, pollMs: 5, chunkBytes: 16 });
  let doing: Promise<void> = Promise.resolve();
  const events = await lastValueFrom(
    source.follow(cursor, stop.signal).pipe(
      tap((event) => {
        if (event.type !== 'lines') {
          if (event.type === 'checkpoint' && lines.length >= count) stop.abort();
          return;
        }
        for (const item of event.items) {
          if (!isRejected(item)) lines.push({ text: item.text, number: item.number });
        }
        const texts = lines.map(({ text }) => text);
        doing = doing.then(() => then(texts));
      }),
      toArray(),
    ),
  );
  await doing;
  return { lines, texts: lines.map(({ text }) => text), cursor: lastCursor(events), events };
};

const lastCursor = (events: readonly LiveEvent[]): string | undefined =>
  events.flatMap((event) => (event.type === 'checkpoint' ? [event.cursor] : [])).at(-1);

describe('followFile', () => {
  it('reads what is there and what is added, each line once', async () => {
    await writeFile(path, 'one\ntwo\n');
    const { texts } = await follow(4, undefined, (seen) =>
      seen.length === 2 ? appendFile(path, 'three\nfour is longer than a chunk\n') : undefined,
    );
    expect(texts).toEqual(['one', 'two', 'three', 'four is longer than a chunk']);
  });

  it('waits for the end of a line', async () => {
    await writeFile(path, 'one\nhal');
    const { texts } = await follow(2, undefined, (seen) =>
      seen.length === 1 ? appendFile(path, 'f\n') : undefined,
    );
    expect(texts).toEqual(['one', 'half']);
  });

  it('goes on at its cursor, before a line that had not ended, with the numbers of the file', async () => {
    await writeFile(path, 'one\ntwo\nthr');
    const first = await follow(2);
    await appendFile(path, 'ee\nfour\n');
    const second = await follow(2, first.cursor);
    expect(second.lines).toEqual([
      { text: 'three', number: 3 },
      { text: 'four', number: 4 },
    ]);
  });

  it('reads a renamed file to its end before the new one', async () => {
    await writeFile(path, 'one\n');
    const { texts } = await follow(3, undefined, async (seen) => {
      if (seen.length !== 1) return;
      await appendFile(path, 'two');
      await rename(path, `${path}.1`);
      await writeFile(path, 'three\n');
    });
    expect(texts).toEqual(['one', 'two', 'three']);
  });

  it('finds a file that was renamed while nobody was reading', async () => {
    await writeFile(path, 'one\n');
    const { cursor } = await follow(1);
    await appendFile(path, 'two\n');
    await rename(path, `${path}.1`);
    await writeFile(path, 'three\n');
    expect((await follow(2, cursor)).texts).toEqual(['two', 'three']);
  });

  it('begins anew when the file was truncated', async () => {
    await writeFile(path, 'a line that is long\n');
    const { texts } = await follow(2, undefined, async (seen) => {
      if (seen.length !== 1) return;
      await truncate(path);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await appendFile(path, 'two\n');
    });
    expect(texts).toEqual(['a line that is long', 'two']);
  });

  it('says that a file is missing, and reads it once it is there', async () => {
    setTimeout(() => void writeFile(path, 'one\n'), 50);
    const { texts, events } = await follow(1);
    expect(texts).toEqual(['one']);
    expect(events[0]).toMatchObject({ type: 'trouble', part: 'file', failures: 1 });
  });

  it('unwraps records of logcli', async () => {
    await writeFile(path, '{"labels":{"job":"x"},"line":"inner","timestamp":"2026-11-21T10:00:00Z"}\n');
    expect((await follow(1)).texts).toEqual(['inner']);
  });
});
