import type Sqlite from 'better-sqlite3';
import { StateError } from './state-error.ts';

export type Database = Sqlite.Database;

const HOW =
  'install it with `npm install better-sqlite3` (needs a C++ compiler where no prebuilt one fits), or use the container image';

/**
 * The store's library is an optional dependency, because `replay` does without it. Throws StateError when it is missing
 * or was built for another Node.
 */
export async function loadSqlite(): Promise<(path: string) => Database> {
  try {
    const { default: Open } = await import('better-sqlite3');
    // The native part is loaded with the first database, not with the module.
    new Open(':memory:').close();
    return (path) => new Open(path);
  } catch (error) {
    const [why] = String(error instanceof Error ? error.message : error).split('\n');
    throw new StateError(
      `the state store needs better-sqlite3, which cannot be loaded (${why}): ${HOW}`,
      error,
    );
  }
}
