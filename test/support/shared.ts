import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Logs that tests read in place and that are no part of the project; elsewhere such tests skip. */
export const SHARED = resolve(process.env['DETECTOR_SHARED'] ?? join(import.meta.dirname, '../../../shared'));

/** Why a test over `path` (below the shared folder) has to skip; undefined when the data are there. */
export const absent = (path: string): string | undefined =>
  existsSync(join(SHARED, path)) ? undefined : `no ${path} below DETECTOR_SHARED or ../shared`;

export const readShared = (path: string): string => readFileSync(join(SHARED, path), 'utf8');

/** The files below a folder, as paths below the shared folder, sorted. */
export const sharedFiles = (folder: string): readonly string[] =>
  readdirSync(join(SHARED, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(SHARED.length + 1))
    .sort();
