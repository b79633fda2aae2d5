import type { Finding } from '../finding.ts';
import type { Database } from './sqlite.ts';

export interface StoredFinding {
  readonly finding: Finding;
  readonly seenMs: number;
  /** Id of its alert. */
  readonly alert: string;
}

export interface FindingTable {
  /** The same logs give the same ids: what is known here has been told, or stands in the outbox. */
  has(id: string): boolean;
  add(stored: StoredFinding): void;
  read(id: string): StoredFinding | undefined;
  /** The newest by the time they were seen, newest first. */
  latest(limit: number): readonly StoredFinding[];
  prune(beforeMs: number): void;
}

interface Row {
  readonly record: string;
  readonly seen_ms: number;
  readonly alert: string;
}

export function createFindingTable(database: Database): FindingTable {
  const has = database.prepare<[string], { id: string }>('SELECT id FROM findings WHERE id = ?');
  const add = database.prepare<unknown[]>(
    `INSERT INTO findings (id, rule, severity, stream, actor, time_us, seen_ms, alert, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const read = database.prepare<[string], Row>('SELECT record, seen_ms, alert FROM findings WHERE id = ?');
  const latest = database.prepare<[number], Row>(
    'SELECT record, seen_ms, alert FROM findings ORDER BY seen_ms DESC, id LIMIT ?',
  );
  const prune = database.prepare<[number]>('DELETE FROM findings WHERE seen_ms < ?');
  return {
    has: (id) => has.get(id) !== undefined,
    add: ({ finding, seenMs, alert }) => {
      const { id, rule, severity, stream, actor, time } = finding;
      add.run(
        id,
        rule,
        severity,
        stream,
        actor ?? null,
        time ?? null,
        seenMs,
        alert,
        JSON.stringify(finding),
      );
    },
    read: (id) => {
      const row = read.get(id);
      return row === undefined ? undefined : storedOf(row);
    },
    latest: (limit) => latest.all(limit).map(storedOf),
    prune: (beforeMs) => void prune.run(beforeMs),
  };
}

const storedOf = ({ record, seen_ms, alert }: Row): StoredFinding => ({
  finding: findingOf(record),
  seenMs: seen_ms,
  alert,
});

/** JSON has no undefined: what was undefined is absent, and reads as undefined. Only `add` writes this column. */
export const findingOf = (json: string): Finding => JSON.parse(json) as Finding;
