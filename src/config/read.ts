import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { ConfigError } from '../errors.ts';
import { type Config, type ConfigFile, loadConfig } from './config.ts';
import type { Env, Flag } from './env.ts';
import type { Secret } from './secret.ts';

/** The files of `--config`, else those of `DETECTOR_CONFIG` (several as in PATH), else none. */
export const configPaths = (flags: readonly string[], env: Env): readonly string[] =>
  flags.length > 0 ? flags : (env['DETECTOR_CONFIG'] ?? '').split(delimiter).filter((path) => path !== '');

/** Reads and loads configuration files. Throws ConfigError, also for a file that cannot be read. */
export async function readConfig(
  paths: readonly string[],
  env: Env,
  flags: readonly Flag[] = [],
): Promise<Config> {
  const read = await Promise.allSettled(paths.map((path) => readFile(path, 'utf8')));
  const files: ConfigFile[] = [];
  const mistakes = read.flatMap((result, index) => {
    const path = paths[index] ?? '';
    if (result.status === 'rejected') return [unreadable(path, 'configuration', result.reason)];
    files.push({ path, text: result.value });
    return [];
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return loadConfig(files, env, flags);
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'it is a folder: name the file in it',
};

function unreadable(path: string, what: string, error: unknown) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const message = `this ${what} file cannot be read: ${WHY[code] ?? code}`;
  return { place: { file: path, line: 1, column: 1 }, message };
}

/**
 * The secret itself, without the line feed that editors leave. Read it again on a 401: mounted secrets rotate.
 * Throws ConfigError when it is missing or empty.
 */
export async function readSecret(secret: Secret, env: Env): Promise<string> {
  if (secret.from === 'env') return notEmpty(env[secret.variable] ?? '', secret.variable);
  const text = await readFile(secret.path, 'utf8').catch((error: unknown) => {
    throw new ConfigError([unreadable(secret.path, 'secret', error)]);
  });
  return notEmpty(text.replace(/\r?\n$/, ''), secret.path);
}

function notEmpty(secret: string, file: string): string {
  if (secret !== '') return secret;
  throw new ConfigError([{ place: { file, line: 1, column: 1 }, message: 'this secret is empty' }]);
}
