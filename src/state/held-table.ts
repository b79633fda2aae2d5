import type { HeldAlert } from '../alerts/held.ts';
import type { Database } from './sqlite.ts';

export interface StoredHeld {
  readonly held: HeldAlert;
  /** When the first Alertmanager took it; undefined while none has. */
  readonly acceptedMs: number | undefined;
  /** Set once it is over: it is then told as resolved. */
  readonly resolvedMs: number | undefined;
}

export interface HeldTable {
  read(fingerprint: string): StoredHeld | undefined;
  /** Adds or replaces; an alert that was over fires again. */
  save(held: HeldAlert): void;
  accepted(fingerprint: string, nowMs: number): void;
  resolve(fingerprint: string, nowMs: number): void;
  remove(fingerprint: string): void;
  /** In pages by fingerprint, so that ten thousand of them are never in memory at once. */
  page(after: string, limit: number): readonly StoredHeld[];
  /** Forgets the mildest and oldest until at most `limit` are left. Returns how many. */
  shed(limit: number): number;
  readonly size: number;
}

interface Row {
  readonly record: string;
  readonly accepted_ms: number | null;
  readonly resolved_ms: number | null;
}

export function createHeldTable(database: Database): HeldTable {
  const read = database.prepare<[string], Row>('SELECT * FROM held WHERE fingerprint = ?');
  const save = database.prepare<unknown[]>(
    `INSERT INTO held (fingerprint, alertname, severity, changed_ms, record) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET changed_ms = excluded.changed_ms, record = excluded.record,
       accepted_ms = CASE WHEN resolved_ms IS NULL THEN accepted_ms END, resolved_ms = NULL`,
  );
  const accepted = database.prepare<[number, string]>(
    'UPDATE held SET accepted_ms = coalesce(accepted_ms, ?) WHERE fingerprint = ?',
  );
  const resolve = database.prepare<[number, string]>(
    'UPDATE held SET resolved_ms = coalesce(resolved_ms, ?) WHERE fingerprint = ?',
  );
  const remove = database.prepare<[string]>('DELETE FROM held WHERE fingerprint = ?');
  const page = database.prepare<[string, number], Row>(
    'SELECT * FROM held WHERE fingerprint > ? ORDER BY fingerprint LIMIT ?',
  );
  const shed = database.prepare<[number]>(
    `DELETE FROM held WHERE fingerprint IN (SELECT fingerprint FROM held
       ORDER BY CASE severity WHEN 'critical' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END, changed_ms LIMIT ?)`,
  );
  const size = database.prepare<[], { n: number }>('SELECT count(*) AS n FROM held');
  const sizeNow = (): number => size.get()?.n ?? 0;
  return {
    read: (fingerprint) => {
      const row = read.get(fingerprint);
      return row === undefined ? undefined : storedOf(row);
    },
    save: (held) => {
      const { fingerprint, labels, finding, changedMs } = held;
      const severity = labels['severity'] ?? finding.severity;
      save.run(fingerprint, labels['alertname'] ?? '', severity, changedMs, JSON.stringify(held));
    },
    accepted: (fingerprint, nowMs) => void accepted.run(nowMs, fingerprint),
    resolve: (fingerprint, nowMs) => void resolve.run(nowMs, fingerprint),
    remove: (fingerprint) => void remove.run(fingerprint),
    page: (after, limit) => page.all(after, limit).map(storedOf),
    shed: (limit) => {
      const surplus = sizeNow() - limit;
      return surplus <= 0 ? 0 : shed.run(surplus).changes;
    },
    get size() {
      return sizeNow();
    },
  };
}

const storedOf = ({ record, accepted_ms, resolved_ms }: Row): StoredHeld => ({
  held: JSON.parse(record) as HeldAlert, // only `save` writes this column
  acceptedMs: accepted_ms ?? undefined,
  resolvedMs: resolved_ms ?? undefined,
});
