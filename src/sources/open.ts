import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { InputError } from '../errors.ts';
import type { Micros } from '../event.ts';
import { type Chunks, fileChunks, peekable, pipeChunks } from './bytes/chunks.ts';
import { inputError, isSystemError } from './bytes/file-error.ts';
import { gunzip } from './bytes/gunzip.ts';
import { isPflogCapture, pflogText } from './bytes/pflog.ts';
import { bomLength, compressionOf, refuseOtherThanText, SNIFF_BYTES } from './bytes/sniff.ts';
import { unzstd } from './bytes/unzstd.ts';
import { createProgress, type Progress } from './progress.ts';
import type { Item, Passed, Skim, Source } from './source.ts';
import { DEFAULT_MAX_LINE_BYTES } from './text/lines.ts';
import { readText } from './text/read-text.ts';
import type { TimeOf } from './text/text.ts';

/** Asking for a read costs the main thread more than the read itself, so it asks seldom. */
export const DEFAULT_CHUNK_BYTES = 1024 * 1024;

export interface InputOptions {
  /** Where `-` reads from. */
  readonly stdin?: Readable;
  /** Cheap: only to notice raw lines in descending order and to merge files. Lines of records have their own time. */
  readonly timeOf?: TimeOf;
  /** Longer lines become rejects and are never held. 16 MiB when not given. */
  readonly maxLineBytes?: number;
  readonly chunkBytes?: number;
  /** Leaves out lines that need not be read. */
  readonly skim?: Skim | undefined;
}

/** A source that says how far it is. */
export interface Input<T = Item> extends Source<T> {
  readonly progress: Readonly<Progress>;
}

/**
 * One file, or standard input for `-`: lines of raw logs, of `logcli query -o jsonl`, of an answer of Loki's
 * query_range; plain, gzip or zstd, told by the content and not by the name.
 */
export const openSource = (path: string, options: Omit<InputOptions, 'skim'> = {}): Input =>
  openSkimmed(path, options) as Input; // without a skim nothing passes

/** The same, where `options.skim` may leave out lines. */
export const openSkimmed = (path: string, options: InputOptions): Input<Item | Passed> => {
  const progress = createProgress();
  return {
    name: path,
    progress,
    async *batches(signal) {
      const chunkBytes = options.chunkBytes ?? DEFAULT_CHUNK_BYTES;
      let stored: Stored | undefined;
      try {
        stored = path === '-' ? openStdin(options.stdin, signal) : await openFile(path, chunkBytes);
        for await (const items of readStored(path, stored, { options, progress, chunkBytes })) {
          if (signal.aborted) return;
          yield items;
        }
      } catch (error) {
        if (signal.aborted) return;
        throw isSystemError(error) ? inputError(path, error) : error;
      } finally {
        await stored?.close();
      }
    },
  };
};

/** The bytes of an input as they are stored. */
interface Stored {
  readonly chunks: Chunks;
  /** The regular file behind them. */
  readonly file: { readonly handle: FileHandle; readonly size: number; again(): Chunks } | undefined;
  /** When the file was last changed, or the reading began. */
  readonly notAfter: Micros;
  close(): Promise<void>;
}

const now = (): Micros => Date.now() * 1000;

const openFile = async (path: string, chunkBytes: number): Promise<Stored> => {
  const handle = await open(path);
  const close = () => handle.close();
  const stats = await handle.stat();
  if (!stats.isFile())
    return { chunks: pipeChunks(handle, chunkBytes), file: undefined, notAfter: now(), close };
  // To the size that it had: a file that is written to as fast as it is read would never end. /proc has no sizes.
  const to = stats.size === 0 ? undefined : stats.size;
  const again = () => fileChunks({ handle, from: 0, to, chunkBytes });
  const notAfter = Math.floor(stats.mtimeMs * 1000);
  return { chunks: again(), file: { handle, size: stats.size, again }, notAfter, close };
};

const openStdin = (stdin: Readable | undefined, signal: AbortSignal): Stored => {
  if (stdin === undefined) throw new InputError('-: there is no standard input: name a file');
  const stop = () => stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  const close = async () => signal.removeEventListener('abort', stop);
  return { chunks: stdin, file: undefined, notAfter: now(), close };
};

interface Reading {
  readonly options: InputOptions;
  readonly progress: Progress;
  readonly chunkBytes: number;
}

async function* readStored(
  file: string,
  stored: Stored,
  { options, progress, chunkBytes }: Reading,
): AsyncGenerator<readonly (Item | Passed)[]> {
  progress.size = stored.file?.size;
  const bytes = peekable(counted(stored.chunks, progress));
  const compression = compressionOf(await bytes.peek(4));
  const again = compression === 'gzip' ? stored.file?.again : undefined;
  const unpacked =
    compression === undefined
      ? bytes
      : peekable(compression === 'gzip' ? gunzip(bytes.rest(0), again) : unzstd(bytes.rest(0)));
  const capture = isPflogCapture(await unpacked.peek(SNIFF_BYTES));
  const chunks = capture ? peekable(pflogText(unpacked.rest(0))) : unpacked;
  try {
    const head = (await chunks.peek(SNIFF_BYTES)).subarray(0, SNIFF_BYTES);
    refuseOtherThanText(file, head);
    const maxLineBytes = options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES;
    yield* readText({
      chunks,
      skip: bomLength(head),
      handle: compression === undefined && !capture ? stored.file?.handle : undefined,
      origin: { file, notAfter: stored.notAfter, maxLineBytes, progress },
      chunkBytes,
      timeOf: options.timeOf,
      skim: options.skim,
    });
  } finally {
    await chunks.close();
  }
}

async function* counted(chunks: Chunks, progress: Progress): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    progress.read += chunk.length;
    yield chunk;
  }
}
