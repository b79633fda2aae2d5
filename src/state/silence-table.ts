import type { Silence } from '../alerts/silences.ts';
import type { Database } from './sqlite.ts';

/** Silences as they were last seen. They mute only while Alertmanager answers; this copy is for people and for the digest. */
export interface SilenceTable {
  replace(silences: readonly Silence[], nowMs: number): void;
  all(): readonly Silence[];
}

export function createSilenceTable(database: Database): SilenceTable {
  const clear = database.prepare<[]>('DELETE FROM silences');
  const add = database.prepare<unknown[]>('INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?, ?)');
  const all = database.prepare<[], { record: string }>('SELECT record FROM silences ORDER BY ends_ms');
  const replace = database.transaction((silences: readonly Silence[], nowMs: number) => {
    clear.run();
    for (const silence of silences) {
      add.run(silence.id, silence.startsMs, silence.endsMs, nowMs, JSON.stringify(silence));
    }
  });
  return {
    replace: (silences, nowMs) => replace(silences, nowMs),
    all: () => all.all().map((row) => JSON.parse(row.record) as Silence), // only `replace` writes this column
  };
}
