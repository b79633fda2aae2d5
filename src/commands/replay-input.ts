import { peekTime } from '../decoders/peek-time.ts';
import { expandInputs, openInputs } from '../sources/inputs.ts';
import type { Input } from '../sources/open.ts';
import type { Io } from './io.ts';

export interface ReplayInput {
  /** All files as one, in order of time. */
  readonly source: Input;
  readonly files: number;
}

/** Folders stand for the logs in them. Throws InputError with everything that is wrong. */
export const openReplayInput = async (paths: readonly string[], { stdin }: Io): Promise<ReplayInput> => {
  const files = await expandInputs(paths);
  return { source: await openInputs(files, { stdin, timeOf: peekTime }), files: files.length };
};
