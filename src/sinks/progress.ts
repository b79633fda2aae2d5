import { SingleBar } from 'cli-progress';
import { formatBytes, formatDuration, formatRate } from './quantities.ts';

export interface ProgressOptions {
  readonly stream: NodeJS.WritableStream;
  /** Bytes of all inputs; undefined when that cannot be known (standard input): then there is no bar. */
  readonly totalBytes: number | undefined;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

export interface Progress {
  /** So far, of all inputs. Cheap enough for every batch. */
  update(bytes: number, lines: number): void;
  /** Takes the bar off the screen. */
  stop(): void;
}

export interface ProgressQuestion {
  readonly asked: boolean;
  /** Standard error is a terminal. */
  readonly isTerminal: boolean;
  /** Findings appear on the same terminal while reading: bar and findings would overwrite each other. */
  readonly shared: boolean;
}

export const wantsProgress = ({ asked, isTerminal, shared }: ProgressQuestion): boolean =>
  asked && isTerminal && !shared;

export const noProgress: Progress = { update: () => {}, stop: () => {} };

/** What is done sooner needs no bar. */
const PATIENCE_MS = 500;
const FORMAT = 'replay {bar} {percentage}%  {read} of {size}  {rate} lines/s  {left} left';

export function createProgress({ stream, totalBytes, now }: ProgressOptions): Progress {
  if (totalBytes === undefined || totalBytes === 0) return noProgress;
  const bar = new SingleBar({
    stream,
    format: FORMAT,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    fps: 8,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  const started = now();
  let drawn = false;
  return {
    update(bytes, lines) {
      const elapsed = now() - started;
      if (!drawn && elapsed < PATIENCE_MS) return;
      // Files may grow while they are read.
      const done = Math.min(bytes, totalBytes);
      const left = bytes === 0 ? 0 : (elapsed * (totalBytes - done)) / bytes;
      const words = {
        read: formatBytes(bytes),
        size: formatBytes(totalBytes),
        rate: formatRate(lines, elapsed),
        left: formatDuration(Math.ceil(left / 1000) * 1000),
      };
      if (drawn) bar.update(done, words);
      else bar.start(totalBytes, done, words);
      drawn = true;
    },
    stop() {
      if (drawn) bar.stop();
    },
  };
}
