import { readFile, stat } from 'node:fs/promises';

/**
 * Gives a file's content, read again when the file has changed: tokens and certificates are renewed in place, and
 * Kubernetes swaps mounted ones behind a symlink. Throws, naming the file, when it cannot be read.
 */
export const watchedFile = (path: string): (() => Promise<string>) => {
  let known: { readonly version: string; readonly text: string } | undefined;
  return async () => {
    const { mtimeMs, ino, size } = await stat(path);
    const version = `${ino} ${mtimeMs} ${size}`;
    if (known?.version !== version) known = { version, text: await readFile(path, 'utf8') };
    return known.text;
  };
};
