import { createGunzip, type Gunzip } from 'node:zlib';
import type { Chunks } from './chunks.ts';
import { DamagedInput } from './damaged.ts';

const OUTPUT_BYTES = 256 * 1024;
/** A piece inflates to 16 MiB at most (deflate packs 1 to 1032), which bounds what is held at once. */
const PIECE_BYTES = 16 * 1024;

/** Data that zlib refused. It throws away what it had inflated of the piece that began at `pieceAt`. */
class RefusedPiece extends DamagedInput {
  readonly pieceAt: number;
  constructor(message: string, pieceAt: number) {
    super(message);
    this.pieceAt = pieceAt;
  }
}

/** Pieces of 16 KiB; from `singlyFrom` on, one byte at a time. */
async function* inPieces(chunks: Chunks, singlyFrom: number): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; ) {
      const piece = chunk.subarray(start, start + (position < singlyFrom ? PIECE_BYTES : 1));
      position += piece.length;
      start += piece.length;
      yield piece;
    }
  }
}

/** Settles when `act` is done, the stream has failed, or it has ended: after its end it answers no write. */
const settle = (stream: Gunzip, act: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      stream.off('error', done).off('end', done);
      resolve();
    };
    stream.once('error', done).once('end', done);
    act(done);
  });

const refuseTail = (tail: Buffer): void => {
  if (tail.some((byte) => byte !== 0))
    throw new DamagedInput('something that is not compressed follows the compressed data');
};

/** Members written one after the other are one text, as gzip(1) has it; so is padding with zeros at the end. */
async function* inflate(pieces: Chunks): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES });
  const inflated: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => inflated.push(chunk));
  stream.on('error', () => undefined);
  let written = 0;
  try {
    for await (const piece of pieces) {
      if (stream.readableEnded) {
        refuseTail(piece);
        continue;
      }
      // Never more than one write under way, so that nothing inflated is waiting when zlib meets the damage.
      await settle(stream, (done) => stream.write(piece, () => done()));
      yield* inflated.splice(0);
      if (stream.errored !== null) throw new RefusedPiece(stream.errored.message, written);
      written += piece.length;
      refuseTail(piece.subarray(piece.length - (written - stream.bytesWritten)));
    }
    if (!stream.readableEnded) await settle(stream, () => stream.end());
    yield* inflated.splice(0);
    if (stream.errored !== null) throw new DamagedInput('the compressed data end too early');
  } finally {
    stream.destroy();
  }
}

async function* skip(chunks: Chunks, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/**
 * The text of a gzip file. Ends with `DamagedInput` when the data are cut or broken. With `again`, which reads the
 * same file anew, everything before the damage is delivered; without it (pipes) a broken, not a cut, file may cost
 * what the last 16 KiB held.
 */
export async function* gunzip(chunks: Chunks, again: (() => Chunks) | undefined): AsyncGenerator<Buffer> {
  let delivered = 0;
  try {
    for await (const chunk of inflate(inPieces(chunks, Number.POSITIVE_INFINITY))) {
      delivered += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof RefusedPiece) || again === undefined) throw error;
    yield* skip(inflate(inPieces(again(), error.pieceAt)), delivered);
  }
}
