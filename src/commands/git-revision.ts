import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../errors.ts';

const run = promisify(execFile);

const MOST_BYTES = 64 * 1024 * 1024;

const git = async (args: readonly string[]): Promise<string> => {
  const { stdout } = await run('git', args, { maxBuffer: MOST_BYTES });
  return stdout;
};

/** `git:REV:PATH`, as `git show` takes it; PATH is relative to the working directory. */
export interface Revision {
  readonly revision: string;
  readonly path: string;
}

export const parseRevision = (given: string): Revision | undefined => {
  const [, revision, path] = /^git:([^:]+):(.+)$/s.exec(given) ?? [];
  if (revision === undefined || path === undefined) return undefined;
  // It would be an option of git.
  if (revision.startsWith('-')) throw new UsageError(`${given}: a revision does not start with -`);
  return { revision, path };
};

/** Writes the file or folder of a revision below `folder`; returns where it is. */
export const checkOut = async ({ revision, path }: Revision, folder: string): Promise<string> => {
  const object = `${revision}:./${path.replace(/^\.\//, '').replace(/\/+$/, '')}`;
  const named = `git:${revision}:${path}`;
  const type = await git(['cat-file', '-t', object]).catch(() => {
    throw new UsageError(`${named}: git knows no such revision, or the path is not in it`);
  });
  const target = join(folder, revision.replace(/\W/g, '_'), path.replaceAll('..', '__'));
  if (type.trim() === 'blob') {
    await put(target, await git(['cat-file', 'blob', object]));
    return target;
  }
  const entries = (await git(['ls-tree', '-r', '-z', object])).split('\0').filter(Boolean);
  for (const entry of entries) {
    const [, mode, sha, name] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    // Links and submodules are not followed.
    if (sha === undefined || name === undefined || !mode?.startsWith('100') || !/\.ya?ml$/i.test(name))
      continue;
    await put(join(target, name), await git(['cat-file', 'blob', sha]));
  }
  return target;
};

const put = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
};
