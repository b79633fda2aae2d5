import type { Database } from './sqlite.ts';
import { StateError } from './state-error.ts';

/**
 * Each entry moves the schema one version on; entries are only ever added. `_ms` columns are wall clock in milliseconds,
 * `_us` event time in microseconds, `_ns` Loki's nanoseconds; `record` and `payload` are JSON for `json_extract`.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, saved_ms INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE cursors (source TEXT PRIMARY KEY, cursor TEXT NOT NULL, saved_ms INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE proven (
    source TEXT NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL, PRIMARY KEY (source, from_ns)
  ) WITHOUT ROWID;

  CREATE TABLE findings (
    id TEXT PRIMARY KEY, rule TEXT NOT NULL, severity TEXT NOT NULL, stream TEXT NOT NULL,
    actor TEXT, time_us INTEGER, seen_ms INTEGER NOT NULL, alert TEXT NOT NULL, record TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX findings_seen ON findings (seen_ms);
  CREATE INDEX findings_alert ON findings (alert);

  CREATE TABLE alerts (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL, actor TEXT,
    open INTEGER NOT NULL, count INTEGER NOT NULL, first_us INTEGER, last_us INTEGER,
    opened_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, muted_by TEXT, record TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX alerts_key ON alerts (key, open);
  CREATE INDEX alerts_open ON alerts (open, changed_ms);
  CREATE INDEX alerts_opened ON alerts (opened_ms);
  CREATE INDEX alerts_actor ON alerts (rule, actor, opened_ms);

  CREATE TABLE posts (
    alert TEXT PRIMARY KEY, lane TEXT NOT NULL, channel TEXT NOT NULL, ts TEXT NOT NULL, shared INTEGER NOT NULL,
    posted_ms INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE held (
    fingerprint TEXT PRIMARY KEY, alertname TEXT NOT NULL, severity TEXT NOT NULL, changed_ms INTEGER NOT NULL,
    accepted_ms INTEGER, resolved_ms INTEGER, record TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
    urgency INTEGER NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL, first INTEGER NOT NULL,
    payload TEXT NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    attempts INTEGER NOT NULL DEFAULT 0, unknown INTEGER NOT NULL DEFAULT 0, next_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL, finished_ms INTEGER, error TEXT,
    UNIQUE (lane, kind, subject)
  );
  CREATE INDEX outbox_due ON outbox (lane, state, next_ms, created_ms);
  CREATE INDEX outbox_order ON outbox (lane, state, rule, urgency, severity, first DESC, id, next_ms);

  CREATE TABLE silences (
    id TEXT PRIMARY KEY, starts_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,
    record TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
];

export function migrate(database: Database): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > MIGRATIONS.length) {
    throw new StateError(
      `the state store has schema version ${version}, written by a newer detector; this one knows ${MIGRATIONS.length}: upgrade it, or give it another state_dir`,
    );
  }
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(statements);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}
