import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';
import type { RuleFile } from '../rules/load.ts';

const isRuleFile = (name: string): boolean => /\.ya?ml$/i.test(name);

const LARGEST_FILE = 4_000_000;
const MOST_FILES = 50_000;

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read: check its permissions';
  return error instanceof Error ? error.message : String(error);
};

const explained = async <T>(named: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw new InputError(`rules ${named}: ${reasonOf(error)}`, { cause: error });
  }
};

/** Folders of cases beside the rules that they prove. */
const CASES = 'replays';

/** Rule files below a folder, hidden ones and cases left out. Links to folders are not followed, so there is no cycle. */
const filesBelow = async (folder: string): Promise<readonly string[]> => {
  const entries = await explained(folder, readdir(folder, { withFileTypes: true }));
  const found: string[] = [];
  for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory() && entry.name === CASES) continue;
    if (entry.isDirectory()) found.push(...(await filesBelow(full)));
    else if (isRuleFile(entry.name) && (entry.isFile() || entry.isSymbolicLink())) found.push(full);
    if (found.length > MOST_FILES)
      throw new InputError(`rules ${folder}: more than ${MOST_FILES} rule files`);
  }
  return found;
};

const readText = async (file: string): Promise<string> => {
  const bytes = await explained(file, readFile(file));
  if (bytes.length > LARGEST_FILE) throw new InputError(`rules ${file}: larger than ${LARGEST_FILE} bytes`);
  if (bytes[0] === 0xff || bytes[0] === 0xfe)
    throw new InputError(`rules ${file}: this looks like UTF-16; save it as UTF-8`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch (error) {
    throw new InputError(`rules ${file}: this is no UTF-8 text`, { cause: error });
  }
  throw new InputError(`rules ${file}: this is a binary file (it holds NUL bytes)`);
};

/**
 * Reads the rule files (`*.yaml`, `*.yml`) that `paths` name or hold, sorted, each once. Throws `InputError` naming
 * the path that cannot be read or holds no rule file.
 */
export const readRuleFiles = async (paths: readonly string[]): Promise<readonly RuleFile[]> => {
  const found = new Set<string>();
  for (const given of paths) {
    const about = await explained(given, stat(given));
    const files = about.isDirectory() ? await filesBelow(given) : [path.normalize(given)];
    if (files.length === 0) throw new InputError(`rules ${given}: the folder holds no *.yaml or *.yml file`);
    for (const file of files) found.add(file);
  }
  const sorted = [...found].sort();
  const read: RuleFile[] = [];
  for (const file of sorted) read.push({ path: file, text: await readText(file) });
  return read;
};
