import { createWriteStream, fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { OutputClosed, OutputError } from '../errors.ts';

/** Characters gathered before they go out as one piece. */
const PIECE = 64 * 1024;

/**
 * Text on its way to standard output. `write` never waits and never throws, so that sinks stay plain; the command awaits
 * `ready` between batches, and `end` once. Both throw `OutputClosed` when the reader has gone and `OutputError` when
 * the text cannot be written; `signal` is aborted with the same at once, so that reading stops too.
 */
export interface Output {
  write(text: string): void;
  /** Settles when the reader has kept up. */
  ready(): Promise<void>;
  /** Settles when everything is written. Does not close the stream. */
  end(): Promise<void>;
  readonly signal: AbortSignal;
}

export function createOutput(stream: Writable): Output {
  const stop = new AbortController();
  let waiting = '';
  let written: Promise<void> = Promise.resolve();
  const fail = (error: unknown): void => stop.abort(failureOf(error));
  // Without a listener a late EPIPE would end the process with a stack trace.
  stream.on('error', fail);

  const flush = (): void => {
    const piece = waiting;
    waiting = '';
    if (piece === '') return;
    // Caught here and not where it is awaited: nobody may be waiting yet.
    written = written.then(() => (stop.signal.aborted ? undefined : put(stream, piece))).catch(fail);
  };
  const settle = async (): Promise<void> => {
    flush();
    await written;
    stop.signal.throwIfAborted();
  };

  return {
    signal: stop.signal,
    write(text) {
      if (!stop.signal.aborted) waiting += text;
      if (waiting.length >= PIECE) flush();
    },
    ready: settle,
    end: settle,
  };
}

const put = (stream: Writable, piece: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(piece, (error) => (error ? reject(error) : resolve()));
  });

function failureOf(error: unknown): OutputClosed | OutputError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (CLOSED.has(code)) return new OutputClosed('the reader of standard output has gone', { cause: error });
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new OutputError(`cannot write to standard output: ${reason}`, { cause: error });
}

const CLOSED = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET']);

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would become too large',
  EIO: 'the device reports an error',
  EBADF: 'it is not open for writing',
};

/**
 * Standard output as a stream that reports every failure. For files Node's own stream writes a piece once and takes
 * a part of it for the whole, which loses the end on a disk that is nearly full; a file stream goes on until it fails.
 */
export function standardOutput(): Writable {
  const { fd } = process.stdout;
  const kind = fstatSync(fd);
  if (process.stdout.isTTY || kind.isFIFO() || kind.isSocket()) return process.stdout;
  return createWriteStream('', { fd, autoClose: false });
}
