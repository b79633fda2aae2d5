import type { Database } from './sqlite.ts';

/** Nanoseconds since 1970, both ends as the source means them. */
export interface ProvenRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** How far a source has come. `cursor` is the source's own business. */
export interface Progress {
  readonly cursor: string;
  readonly proven: readonly ProvenRange[];
}

export interface ProgressTable {
  read(source: string): Progress | undefined;
  /** Replaces what was known of the source. Belongs into the transaction with the findings that it led to. */
  write(source: string, progress: Progress, nowMs: number): void;
  sources(): readonly string[];
}

export function createProgressTable(database: Database): ProgressTable {
  const cursor = database.prepare<[string], { cursor: string }>(
    'SELECT cursor FROM cursors WHERE source = ?',
  );
  const ranges = database
    .prepare<[string], { from: bigint; to: bigint }>(
      'SELECT from_ns AS "from", to_ns AS "to" FROM proven WHERE source = ? ORDER BY from_ns',
    )
    .safeIntegers();
  const write = database.prepare<[string, string, number]>(
    'INSERT INTO cursors VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor, saved_ms = excluded.saved_ms',
  );
  const forget = database.prepare<[string]>('DELETE FROM proven WHERE source = ?');
  const add = database.prepare<[string, bigint, bigint]>('INSERT INTO proven VALUES (?, ?, ?)');
  const sources = database.prepare<[], { source: string }>('SELECT source FROM cursors ORDER BY source');
  const replace = database.transaction((source: string, progress: Progress, nowMs: number) => {
    write.run(source, progress.cursor, nowMs);
    forget.run(source);
    for (const { from, to } of progress.proven) add.run(source, from, to);
  });
  return {
    read: (source) => {
      const row = cursor.get(source);
      return row === undefined ? undefined : { cursor: row.cursor, proven: ranges.all(source) };
    },
    write: (source, progress, nowMs) => replace(source, progress, nowMs),
    sources: () => sources.all().map((row) => row.source),
  };
}
