import { readFile } from 'node:fs/promises';
import { InputError } from '../errors.ts';

const LARGEST = 10_000_000;

/** The text of a settings file that the user names. Throws `InputError` naming it. */
export const readTextFile = async (path: string): Promise<string> => {
  const bytes = await readFile(path).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path} cannot be read: ${reason}`, { cause: error });
  });
  if (bytes.length > LARGEST)
    throw new InputError(`${path} is larger than ${LARGEST} bytes: is it the right file?`);
  return bytes.toString('utf8');
};
