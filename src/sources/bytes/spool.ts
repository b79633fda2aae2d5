import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import type { Chunks } from './chunks.ts';
import { DamagedInput } from './damaged.ts';
import { isSystemError } from './file-error.ts';

/** Text in a temporary file, to be read in the other direction. */
export interface Spool {
  readonly handle: FileHandle;
  /** Set when the compressed input behind it was cut or broken. */
  readonly damage: DamagedInput | undefined;
}

const noSpace = (name: string, cause: unknown): InputError =>
  new InputError(
    `${name}: it is in descending order, and turning it round needs room for its text in ${tmpdir()}: ` +
      'free some, set TMPDIR, or fetch it with `logcli query --forward`',
    { cause },
  );

/** Nobody else can read the file, and it has no name any more when this returns: it is gone however the process ends. */
export const spool = async (name: string, chunks: Chunks): Promise<Spool> => {
  const path = join(tmpdir(), `detector-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600).catch((error: unknown) => {
    throw noSpace(name, error);
  });
  let damage: DamagedInput | undefined;
  try {
    await unlink(path);
    for await (const chunk of chunks) {
      await handle.write(chunk).catch((error: unknown) => {
        throw isSystemError(error) ? noSpace(name, error) : error;
      });
    }
  } catch (error) {
    if (!(error instanceof DamagedInput)) {
      await handle.close();
      throw error;
    }
    damage = error;
  }
  return { handle, damage };
};
