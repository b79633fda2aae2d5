import type { FileHandle } from 'node:fs/promises';
import type { Micros } from '../../event.ts';
import { type Chunks, fileChunks } from '../bytes/chunks.ts';
import { spool } from '../bytes/spool.ts';
import { createProgress } from '../progress.ts';
import type { Unwrap } from '../records/record.ts';
import type { Item, Passed } from '../source.ts';
import { linesBackwards, measure, type WholeRange } from './backwards.ts';
import { damaged } from './lines.ts';
import { timesOf } from './order.ts';
import type { Text } from './text.ts';

export interface Turn {
  readonly unwrap: Unwrap;
  readonly firstTime: Micros;
  /** How the text is read when its end is not earlier than its beginning after all. */
  readonly forward: (chunks: Chunks) => AsyncIterable<(Item | Passed)[]>;
}

/**
 * Reads a text whose beginning runs backwards in time from its end, so that times ascend; lines of one time come in
 * the reverse of their order. What cannot be read from its end (pipes, compressed files) is copied to a temporary
 * file first.
 */
export async function* turned(text: Text, turn: Turn): AsyncGenerator<(Item | Passed)[]> {
  const { chunks, skip, origin, chunkBytes } = text;
  if (text.handle !== undefined) {
    await chunks.close();
    const range = { handle: text.handle, from: skip, to: undefined, chunkBytes };
    for await (const items of turnedRange(text, turn, { ...range, ...(await measure(range)) })) {
      origin.progress.read = skip + origin.progress.bytes;
      yield items;
    }
    return;
  }
  const { handle, damage } = await spool(origin.file, chunks.rest(skip));
  try {
    const range = { handle, from: 0, to: undefined, chunkBytes };
    const { complete, ...whole } = await measure(range);
    if (damage === undefined) yield* turnedRange(text, turn, { ...range, ...whole });
    else {
      yield [damaged(origin, complete.lines + 1, damage)];
      yield* turnedRange(text, turn, { ...range, ...complete });
    }
  } finally {
    await handle.close();
  }
}

type MeasuredRange = WholeRange & { readonly handle: FileHandle; readonly lines: number };

async function* turnedRange(text: Text, turn: Turn, range: MeasuredRange): AsyncGenerator<(Item | Passed)[]> {
  const last = await lastTime(text, turn.unwrap, range);
  if (last !== undefined && last < turn.firstTime) yield* linesBackwards(range, text.origin, range.lines);
  else yield* turn.forward(fileChunks(range));
}

const lastTime = async (text: Text, unwrap: Unwrap, range: MeasuredRange): Promise<Micros | undefined> => {
  const origin = { ...text.origin, progress: createProgress() };
  let blocks = 0;
  for await (const items of linesBackwards(range, origin, range.lines)) {
    const [time] = timesOf(items, { unwrap, timeOf: text.timeOf, limit: 1 });
    if (time !== undefined || ++blocks === MAX_BLOCKS) return time;
  }
  return undefined;
};

/** Blocks of untimed lines at the end that are looked through. */
const MAX_BLOCKS = 64;
