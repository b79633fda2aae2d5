import type { Chunks } from './chunks.ts';
import { DamagedInput } from './damaged.ts';

/** Looks harmless in the library's eyes, ends the loop in ours. */
const isIncomplete = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Incomplete');

/**
 * The text of a zstd file, all its frames. Ends with `DamagedInput` when the data are cut or broken.
 *
 * The library pulls its input synchronously and gives back at least one block, maybe an empty one, for every chunk:
 * so one chunk that waits before each step is enough. It does not look at error codes: broken data make it give
 * empty blocks for ever without reading on, which more empty blocks than the chunk has bytes prove.
 */
export async function* unzstd(chunks: Chunks): AsyncGenerator<Buffer> {
  // Only now: it carries its WebAssembly in its source.
  const { ZSTDDecoder } = await import('zstddec/stream');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  const input = chunks[Symbol.asyncIterator]();
  let waiting: Buffer | undefined;
  let patience = 0;
  function* pulled(): Generator<Uint8Array> {
    for (; waiting !== undefined; ) {
      const chunk = waiting;
      waiting = undefined;
      patience = chunk.length + 16;
      yield chunk;
    }
  }
  const blocks = decoder.decodeStreaming(pulled());
  try {
    for (;;) {
      if (waiting === undefined) {
        const next = await input.next();
        if (next.done !== true) waiting = next.value;
      }
      const block = blocks.next();
      if (block.done === true) return;
      if (block.value.length > 0)
        yield Buffer.from(block.value.buffer, block.value.byteOffset, block.value.length);
      else if (patience-- <= 0) throw new DamagedInput('the compressed data are broken');
    }
  } catch (error) {
    throw isIncomplete(error) ? new DamagedInput('the compressed data end too early') : error;
  } finally {
    await input.return?.();
  }
}
