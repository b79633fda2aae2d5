import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError } from '../errors.ts';
import { inputError } from './bytes/file-error.ts';
import { mergeByTime } from './merge.ts';
import { DEFAULT_CHUNK_BYTES, type Input, type InputOptions, openSkimmed, openSource } from './open.ts';
import type { Progress } from './progress.ts';
import type { Item, Passed } from './source.ts';

/** What a directory is searched for: logs by their names, rotated ones among them. */
const LOG_FILE = /(?:\.(?:jsonl|ndjson|json|log|gz|zst)|\.log\.\d+)$/;

/** Chunks of all files that are open at once; with more files they become smaller. */
const ALL_CHUNK_BYTES = 8 * 1024 * 1024;

/**
 * The files that `paths` name: directories stand for the log files in them (not for what is in their directories),
 * by name; `-` is standard input. A file that is named twice is read once. Throws `InputError` with everything that
 * is wrong.
 */
export const expandInputs = async (paths: readonly string[]): Promise<readonly string[]> => {
  const found = new Map<string, string>();
  const wrong: string[] = [];
  for (const path of paths) {
    try {
      for (const file of await filesAt(path)) {
        const key = file === '-' ? file : resolve(file);
        if (!found.has(key)) found.set(key, file);
      }
    } catch (error) {
      wrong.push((error instanceof InputError ? error : inputError(path, error)).message);
    }
  }
  if (wrong.length > 0) throw new InputError(wrong.join('\n'));
  return [...found.values()];
};

const filesAt = async (path: string): Promise<readonly string[]> => {
  if (path === '-' || !(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => !name.startsWith('.') && LOG_FILE.test(name)).sort();
  const files: string[] = [];
  for (const name of names) {
    const stats: Stats | undefined = await stat(join(path, name)).catch(() => undefined);
    if (stats?.isFile() === true) files.push(join(path, name));
  }
  if (files.length > 0) return files;
  throw new InputError(
    `${path}: no log files (*.jsonl, *.ndjson, *.json, *.log, *.log.1, *.gz, *.zst) in this directory`,
  );
};

/** All that `paths` name as one source in order of time. Throws `InputError` when one of them cannot be there. */
export const openInputs = async (
  paths: readonly string[],
  options: Omit<InputOptions, 'skim'> = {},
): Promise<Input> => (await openSkimmedInputs(paths, options)) as Input; // without a skim nothing passes

/** The same, where `options.skim` may leave out lines of a single file. */
export const openSkimmedInputs = async (
  paths: readonly string[],
  { skim, ...options }: InputOptions,
): Promise<Input<Item | Passed>> => {
  const files = await expandInputs(paths);
  if (files.length === 0)
    throw new InputError('no input: name a log file, a directory, or - for standard input');
  const chunkBytes = Math.min(
    DEFAULT_CHUNK_BYTES,
    Math.max(16 * 1024, Math.floor(ALL_CHUNK_BYTES / files.length)),
  );
  const [only] = files;
  if (only !== undefined && files.length === 1) return openSkimmed(only, { chunkBytes, ...options, skim });
  // Lines that were left out have no time to be merged by.
  const inputs = files.map((file) => openSource(file, { chunkBytes, ...options }));
  const { name, batches } = mergeByTime(inputs, options.timeOf);
  return { name, batches, progress: total(inputs) };
};

const total = (inputs: readonly Input[]): Readonly<Progress> => {
  const sum = (read: (progress: Readonly<Progress>) => number) =>
    inputs.reduce((all, { progress }) => all + read(progress), 0);
  return {
    get size() {
      return inputs.some(({ progress }) => progress.size === undefined)
        ? undefined
        : sum(({ size }) => size ?? 0);
    },
    get read() {
      return sum(({ read }) => read);
    },
    get bytes() {
      return sum(({ bytes }) => bytes);
    },
    get lines() {
      return sum(({ lines }) => lines);
    },
    get blank() {
      return sum(({ blank }) => blank);
    },
    get invalidUtf8() {
      return sum(({ invalidUtf8 }) => invalidUtf8);
    },
    get withNul() {
      return sum(({ withNul }) => withNul);
    },
  };
};
