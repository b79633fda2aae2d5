import type { Chunks } from '../bytes/chunks.ts';
import { DamagedInput } from '../bytes/damaged.ts';
import { readAnswer } from '../records/answer.ts';
import { createUnwrap, type Unwrap } from '../records/record.ts';
import { type Item, isPassed, isRejected, type Passed } from '../source.ts';
import { createLineCutter, damaged, type LineOrigin } from './lines.ts';
import { firstTimes, isDescending } from './order.ts';
import { createSkimmingCutter } from './skimming.ts';
import type { Text } from './text.ts';
import { turned } from './turned.ts';

/** Lines and rejects of a text in ascending order of time, when it has a direction at all, else in its own. */
export async function* readText(text: Text): AsyncGenerator<readonly (Item | Passed)[]> {
  const answer = await readAnswer(text.chunks, text.skip, text.origin);
  if (answer !== undefined) {
    yield unwrapAll(text.origin, (line) => line, answer);
    return;
  }
  const unwrap = createUnwrap();
  const times = await firstTimes(text, unwrap);
  const forward = (chunks: Chunks) => forwards(text, chunks);
  const batches = isDescending(times)
    ? turned(text, { unwrap, firstTime: times[0] ?? 0, forward })
    : forward(text.chunks.rest(text.skip));
  for await (const items of batches) {
    const unwrapped = unwrapAll(text.origin, unwrap, items);
    if (unwrapped.length > 0) yield unwrapped;
  }
}

/** In place: this runs for every line. Records may hold an empty line, which is blank like one of a file. */
const unwrapAll = (
  origin: LineOrigin,
  unwrap: Unwrap,
  items: (Item | Passed)[],
): readonly (Item | Passed)[] => {
  let kept = 0;
  for (const read of items) {
    const item = isPassed(read) || isRejected(read) ? read : unwrap(read);
    if (isPassed(item) || isRejected(item) || item.text !== '') items[kept++] = item;
    else origin.progress.blank++;
  }
  items.length = kept;
  return items;
};

/** Large reads, small batches: texts are still in the processor's cache when they are decoded. */
const BATCH_BYTES = 64 * 1024;

async function* forwards(
  { origin, skim, chunkBytes }: Text,
  chunks: Chunks,
): AsyncGenerator<(Item | Passed)[]> {
  const cutter = skim === undefined ? createLineCutter(origin) : createSkimmingCutter(origin, skim);
  // Few lines are read where most are left out.
  const batchBytes = skim === undefined ? BATCH_BYTES : chunkBytes;
  try {
    for await (const chunk of chunks)
      for (let at = 0; at < chunk.length; at += batchBytes)
        yield cutter.cut(chunk.subarray(at, at + batchBytes));
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    yield [damaged(origin, cutter.number, error)];
    return;
  }
  yield cutter.end();
}
