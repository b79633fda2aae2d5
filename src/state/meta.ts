import type { Database } from './sqlite.ts';

export interface Kept<T> {
  readonly value: T;
  readonly savedMs: number;
}

/** Small things by name, as JSON, with the time at which they were kept: the Headscale list, the last digest. */
export interface Meta {
  /** Undefined when there is none. Whoever reads it checks its shape: an older detector may have written it. */
  read(key: string): Kept<unknown> | undefined;
  write(key: string, value: unknown, nowMs: number): void;
  remove(key: string): void;
}

export function createMeta(database: Database): Meta {
  const read = database.prepare<[string], { value: string; saved_ms: number }>(
    'SELECT value, saved_ms FROM meta WHERE key = ?',
  );
  const write = database.prepare<[string, string, number]>(
    'INSERT INTO meta (key, value, saved_ms) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, saved_ms = excluded.saved_ms',
  );
  const remove = database.prepare<[string]>('DELETE FROM meta WHERE key = ?');
  return {
    read: (key) => {
      const row = read.get(key);
      return row === undefined ? undefined : { value: JSON.parse(row.value), savedMs: row.saved_ms };
    },
    write: (key, value, nowMs) => void write.run(key, JSON.stringify(value), nowMs),
    remove: (key) => void remove.run(key),
  };
}
