import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';

/** A folder with `expect.yaml`, one `input.*` and, where the case needs other lists or zones, `config.yaml`. */
export interface CaseFolder {
  readonly name: string;
  readonly input: string;
  readonly expect: string;
  readonly config: readonly string[];
}

const MOST_CASES = 10_000;

/** The case folders below `root`, sorted. Throws `InputError` for a folder without exactly one input. */
export const findCases = async (root: string): Promise<readonly CaseFolder[]> => {
  const entries = await readdir(root, { recursive: true }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`cases ${root} cannot be read: ${reason}`, { cause: error });
  });
  const folders = entries
    .filter((entry) => path.basename(entry) === 'expect.yaml')
    .map(path.dirname)
    .sort();
  if (folders.length > MOST_CASES) throw new InputError(`cases ${root}: more than ${MOST_CASES} cases`);
  return folders.map((folder) => {
    const files = entries.filter((entry) => path.dirname(entry) === folder);
    const [input, ...others] = files.filter((file) => path.basename(file).startsWith('input.'));
    const at = (file: string): string => path.join(root, file);
    if (input === undefined || others.length > 0)
      throw new InputError(`the case ${at(folder)} needs one file input.* beside its expect.yaml`);
    return {
      name: folder,
      input: at(input),
      expect: at(path.join(folder, 'expect.yaml')),
      config: files.filter((file) => path.basename(file) === 'config.yaml').map(at),
    };
  });
};
