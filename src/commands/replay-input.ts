import { peekTime } from '../decoders/peek-time.ts';
import { expandInputs, openInputs, openSkimmedInputs } from '../sources/inputs.ts';
import type { Input } from '../sources/open.ts';
import type { Item, Passed, Skim } from '../sources/source.ts';
import type { Io } from './io.ts';

export interface ReplayInput<T = Item> {
  /** All files as one, in order of time. */
  readonly source: Input<T>;
  readonly files: number;
}

/** Folders stand for the logs in them. Throws InputError with everything that is wrong. */
export const openReplayInput = async (paths: readonly string[], { stdin }: Io): Promise<ReplayInput> => {
  const files = await expandInputs(paths);
  return { source: await openInputs(files, { stdin, timeOf: peekTime }), files: files.length };
};

/** The same without the lines that need not be read. */
export const openSkimmedReplayInput = async (
  paths: readonly string[],
  { stdin }: Io,
  skim: Skim | undefined,
): Promise<ReplayInput<Item | Passed>> => {
  const files = await expandInputs(paths);
  return { source: await openSkimmedInputs(files, { stdin, timeOf: peekTime, skim }), files: files.length };
};
