import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { type Loop, startLoop } from '../loop.ts';

const EVERY_MS = 5_000;

/**
 * Calls `onChange` when the content of a file, or of a file in one of the folders, is another than before. By content
 * and by polling: Kubernetes swaps a symlink above a mounted ConfigMap, which file events do not tell reliably.
 */
export const watchContent = (paths: readonly string[], clock: Clock, onChange: () => void): Loop => {
  let known: string | undefined;
  return startLoop(
    async () => {
      const digest = await digestOf(paths);
      if (known !== undefined && known !== digest) onChange();
      known = digest;
    },
    { clock, everyMs: EVERY_MS, onError: () => {} },
  );
};

const digestOf = async (paths: readonly string[]): Promise<string> => {
  const hash = createHash('sha256');
  for (const path of paths) await addTo(hash, path);
  return hash.digest('hex');
};

const addTo = async (hash: ReturnType<typeof createHash>, path: string): Promise<void> => {
  try {
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
      for (const name of names) await addTo(hash, join(path, name));
    } else hash.update(path).update(await readFile(path));
  } catch {
    // In the middle of being replaced, or gone: the reload says what is wrong with that.
    hash.update(`${path} cannot be read`);
  }
};
