import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Database } from './sqlite.ts';
import { StateError } from './state-error.ts';

export interface WriterLock {
  release(): void;
}

export interface LockOptions {
  readonly folder: string;
  readonly open: (path: string) => Database;
  /** For the message to whoever comes second. */
  readonly nowMs: number;
}

/**
 * Two detectors on one store would tell everything twice. The lock is an exclusive transaction on a small database of
 * its own: the operating system holds it, so that it ends with the process however that dies, and a process id that
 * was given to somebody else (in a container it is always 1) deceives nobody. Who holds it stands beside it as text.
 */
export function lockForWriting({ folder, open, nowMs }: LockOptions): WriterLock {
  const holder = join(folder, 'writer.json');
  const database = open(join(folder, 'writer.lock'));
  try {
    database.pragma('busy_timeout = 250');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new StateError(
      `${folder} is in use by another detector${describe(holder)}: stop it, or give this one a state_dir of its own`,
      error,
    );
  }
  const since = new Date(nowMs).toISOString();
  writeFileSync(holder, `${JSON.stringify({ pid: process.pid, host: hostname(), since })}\n`);
  return { release: () => void database.close() };
}

/** Written by another detector; only for people. */
function describe(path: string): string {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(path, 'utf8'));
    return ` (process ${Number(pid)} on ${String(host).slice(0, 100)}, since ${String(since).slice(0, 30)})`;
  } catch {
    return '';
  }
}
