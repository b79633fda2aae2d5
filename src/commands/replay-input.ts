import { peekTime } from '../decoders/peek-time.ts';
import { UsageError } from '../errors.ts';
import { openSource } from '../sources/open.ts';
import type { Item } from '../sources/source.ts';
import type { Io } from './io.ts';

/** All inputs of a replay as one, and how far it is. */
export interface ReplayInput {
  readonly files: number;
  /** Stored bytes of all inputs; undefined when a pipe is among them. */
  readonly totalBytes: number | undefined;
  readonly bytesRead: number;
  /** Bytes of text, after decompression. */
  readonly textBytes: number;
  batches(signal: AbortSignal): AsyncIterable<readonly Item[]>;
}

/** Several files are merged by time; folders stand for the logs in them. Throws InputError. */
export const openReplayInput = async (paths: readonly string[], io: Io): Promise<ReplayInput> => {
  if (paths.length === 0) throw new UsageError('name the log files to replay, or - for standard input');
  const files = paths;
  const sources = files.map((file) => openSource(file, { stdin: io.stdin, timeOf: peekTime }));
  const sum = (read: (source: (typeof sources)[number]) => number): number =>
    sources.reduce((total, source) => total + read(source), 0);
  return {
    files: files.length,
    get totalBytes() {
      return sources.every(({ progress }) => progress.size !== undefined)
        ? sum(({ progress }) => progress.size ?? 0)
        : undefined;
    },
    get bytesRead() {
      return sum(({ progress }) => progress.read);
    },
    get textBytes() {
      return sum(({ progress }) => progress.bytes);
    },
    async *batches(signal) {
      for (const source of sources) yield* source.batches(signal);
    },
  };
};
