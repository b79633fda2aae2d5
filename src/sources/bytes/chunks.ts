import type { FileHandle } from 'node:fs/promises';

/**
 * Pieces of a file in order. A chunk is valid until the next one is asked for: readers reuse their buffers.
 */
export type Chunks = AsyncIterable<Buffer>;

/** A part of an open file that is read from `from` on. */
export interface FileRange {
  readonly handle: FileHandle;
  readonly from: number;
  /** End of the part; what a growing file holds beyond it stays unread. Undefined: until the first end of file. */
  readonly to: number | undefined;
  readonly chunkBytes: number;
}

/**
 * Half a page into its memory: a large allocation begins 16 bytes into a page, and copying a page of the file to that
 * very offset takes some processors four times as long (a store seems to hit the load after it).
 */
const createBuffer = (bytes: number): Buffer => {
  const offset = 2032;
  return Buffer.allocUnsafeSlow(bytes + offset).subarray(offset);
};

/** Reads one chunk ahead, so that the disk works while the chunk before is parsed. */
export async function* fileChunks({ handle, from, to, chunkBytes }: FileRange): AsyncGenerator<Buffer> {
  const buffers = [createBuffer(chunkBytes), createBuffer(chunkBytes)] as const;
  let position = from;
  const readInto = (buffer: Buffer) => {
    const length = to === undefined ? chunkBytes : Math.min(chunkBytes, to - position);
    return handle.read(buffer, 0, length, position);
  };
  let pending = readInto(buffers[0]);
  try {
    for (let turn = 1; ; turn ^= 1) {
      const { bytesRead, buffer } = await pending;
      if (bytesRead === 0) return;
      position += bytesRead;
      pending = readInto(buffers[turn === 0 ? 0 : 1]);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    // The handle must not be closed under a read that is still under way.
    await pending.catch(() => undefined);
  }
}

/** A pipe given as a path (`<(command)`): it has no positions, so nothing is read ahead. */
export async function* pipeChunks(handle: FileHandle, chunkBytes: number): AsyncGenerator<Buffer> {
  const buffer = createBuffer(chunkBytes);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Chunks whose beginning can be looked at before they are read. */
export interface Peekable {
  /** The first bytes: at least `bytes` of them unless the input is shorter. An error waits for `rest`. */
  peek(bytes: number): Promise<Buffer>;
  /** Everything from `skip` bytes after the beginning on. To be read once. */
  rest(skip: number): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

export const peekable = (chunks: Chunks): Peekable => {
  const iterator = chunks[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  let failure: { readonly error: unknown } | undefined;
  let ended = false;

  const next = async (): Promise<Buffer | undefined> => {
    if (ended) return undefined;
    const result = await iterator.next();
    if (result.done !== true) return result.value;
    ended = true;
    return undefined;
  };
  const close = async () => {
    if (!ended) await iterator.return?.();
    ended = true;
  };
  return {
    close,
    async peek(bytes) {
      let length = seen.reduce((sum, chunk) => sum + chunk.length, 0);
      while (length < bytes && !ended) {
        const chunk = await next().catch((error: unknown) => {
          ended = true;
          failure = { error };
          return undefined;
        });
        if (chunk === undefined) break;
        length += chunk.length;
        seen.push(Buffer.from(chunk));
      }
      return Buffer.concat(seen);
    },
    async *rest(skip) {
      try {
        let skipped = 0;
        for (let chunk = seen.shift(); chunk !== undefined; chunk = seen.shift()) {
          const left = Math.min(skip - skipped, chunk.length);
          skipped += left;
          if (left < chunk.length) yield chunk.subarray(left);
        }
        for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
        if (failure !== undefined) throw failure.error;
      } finally {
        await close();
      }
    },
  };
};
