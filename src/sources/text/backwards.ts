import { InputError } from '../../errors.ts';
import { type FileRange, fileChunks } from '../bytes/chunks.ts';
import type { Item } from '../source.ts';
import { type LineOrigin, oversized, readLine, scriptOf } from './lines.ts';

const NEWLINE = 10;

/** A part of a file with both ends known. */
export type WholeRange = FileRange & { readonly to: number };

/** How many lines there are, and where the last of them ends. */
export interface Measure {
  readonly lines: number;
  readonly to: number;
}

/** Measures the range up to its end, where the last line may lack its newline, and up to the last newline. */
export const measure = async (range: FileRange): Promise<Measure & { readonly complete: Measure }> => {
  let lines = 0;
  let position = range.from;
  let complete = range.from;
  for await (const chunk of fileChunks(range)) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
      lines++;
      complete = position + at + 1;
    }
    position += chunk.length;
  }
  return { lines: position > complete ? lines + 1 : lines, to: position, complete: { lines, to: complete } };
};

const readFully = async (range: FileRange, name: string, at: { buffer: Buffer; position: number }) => {
  for (let filled = 0; filled < at.buffer.length; ) {
    const length = at.buffer.length - filled;
    const { bytesRead } = await range.handle.read(at.buffer, filled, length, at.position + filled);
    if (bytesRead === 0) throw new InputError(`${name}: it became shorter while it was read: try again`);
    filled += bytesRead;
  }
};

/** The end of a line whose beginning is in a block not yet read; never more than the limit. */
interface Tail {
  readonly length: number;
  prepend(bytes: Buffer): void;
  /** All of it behind `start`; empty afterwards. */
  takeAfter(start: Buffer): Buffer;
}

const createTail = (limit: number): Tail => {
  let parts: Buffer[] = [];
  let length = 0;
  return {
    get length() {
      return length;
    },
    prepend(bytes) {
      length += bytes.length;
      if (length > limit) parts = [];
      else parts.push(Buffer.from(bytes));
    },
    takeAfter(start) {
      const taken = Buffer.concat([start, ...parts.reverse()]);
      parts = [];
      length = 0;
      return taken;
    },
  };
};

/**
 * The lines of `range`, last line first, with the numbers that they have in the file. `lines` as `measure` gave it.
 * Holds one block and one line.
 */
export async function* linesBackwards(
  range: WholeRange,
  origin: LineOrigin,
  lines: number,
): AsyncGenerator<Item[]> {
  const tail = createTail(origin.maxLineBytes);
  let number = lines;
  let items: Item[] = [];
  const finish = (block: Buffer, start: number, end: number) => {
    const script = scriptOf(block);
    let item: Item | undefined;
    if (tail.length === 0) item = readLine(origin, number, { bytes: block, start, end, script });
    else {
      const length = tail.length + end - start;
      const bytes = tail.takeAfter(block.subarray(start, end));
      if (length > origin.maxLineBytes) item = oversized(origin, number, length);
      else item = readLine(origin, number, { bytes, start: 0, end: length, script: scriptOf(bytes) });
    }
    number--;
    if (item !== undefined) items.push(item);
  };

  for (let position = range.to; position > range.from; ) {
    const length = Math.min(range.chunkBytes, position - range.from);
    position -= length;
    const block = Buffer.allocUnsafe(length);
    await readFully(range, origin.file, { buffer: block, position });
    origin.progress.bytes += length;
    // The newline at the very end belongs to the last line and begins no other.
    let end = position + length === range.to && block[length - 1] === NEWLINE ? length - 1 : length;
    for (let newline = lastNewline(block, end); newline >= 0; newline = lastNewline(block, end)) {
      finish(block, newline + 1, end);
      end = newline;
    }
    if (position === range.from) finish(block, 0, end);
    else tail.prepend(block.subarray(0, end));
    yield items;
    items = [];
  }
}

/** The last newline before `end`. */
const lastNewline = (block: Buffer, end: number): number =>
  end === 0 ? -1 : block.lastIndexOf(NEWLINE, end - 1);
