import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, InputError, type Mistake, RuleError } from '../errors.ts';
import { checkOut, parseRevision } from './git-revision.ts';
import { type Loaded, type LoadOptions, load } from './load.ts';

/**
 * Loads what `--diff` names: rule files, folders of them, or configurations, each a path or `git:REV:PATH`. What it does
 * not name is as on the other side.
 */
export const loadOtherSide = async (named: readonly string[], options: LoadOptions): Promise<Loaded> => {
  const folder = await mkdtemp(join(tmpdir(), 'detector-'));
  const origins = new Map<string, string>();
  try {
    const rules: string[] = [];
    const config: string[] = [];
    for (const given of named) {
      const revision = parseRevision(given);
      const path = revision === undefined ? given : await checkOut(revision, folder);
      origins.set(path, given);
      ((await holdsRules(path, given)) ? rules : config).push(path);
    }
    return await load({
      ...options,
      rules: rules.length > 0 ? rules : options.rules,
      config: config.length > 0 ? config : options.config,
    });
  } catch (error) {
    if (error instanceof RuleError) throw new RuleError(error.mistakes.map((each) => renamed(each, origins)));
    if (error instanceof ConfigError)
      throw new ConfigError(error.mistakes.map((each) => renamed(each, origins)));
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A folder holds rules; so does a file with a rule's keys. */
const holdsRules = async (path: string, given: string): Promise<boolean> => {
  try {
    if ((await stat(path)).isDirectory()) return true;
    return /^(?:detection|correlation|logsource):/m.test(await readFile(path, 'utf8'));
  } catch (error) {
    throw new InputError(`${given}: there is no such file or folder that can be read`, { cause: error });
  }
};

/** Mistakes of a revision are told where they stand in it, not in the copy. */
const renamed = (mistake: Mistake, origins: ReadonlyMap<string, string>): Mistake => {
  const { place, message } = mistake;
  for (const [path, given] of origins) {
    if (!place.file.startsWith(path)) continue;
    return { place: { ...place, file: given + place.file.slice(path.length) }, message };
  }
  return mistake;
};
