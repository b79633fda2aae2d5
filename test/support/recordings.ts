import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../replays');

/** The input of every case below test/replays, as [name, path]. */
export const recordings: readonly (readonly [string, string])[] = readdirSync(FOLDER, {
  recursive: true,
  withFileTypes: true,
})
  .filter((entry) => entry.isFile() && entry.name.startsWith('input.'))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()
  .map((path) => [path.slice(FOLDER.length + 1), path] as const);

export const recording = (name: string): string => join(FOLDER, name);
