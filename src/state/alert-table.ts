import type { AlertRecord } from '../alerts/record.ts';
import type { Severity } from '../finding.ts';
import type { Database } from './sqlite.ts';

/** Where an alert stands in a chat. `shared`: as one line of a message about several. */
export interface Post {
  readonly lane: string;
  readonly channel: string;
  readonly ts: string;
  readonly shared: boolean;
}

/** Alerts of one rule in a stretch of time, for digests. */
export interface AlertTally {
  readonly rule: string;
  readonly severity: Severity;
  readonly alerts: number;
  readonly findings: number;
  readonly actors: number;
  readonly muted: number;
}

export interface AlertTable {
  read(id: string): AlertRecord | undefined;
  /** The open alert of a key. */
  openOf(key: string): AlertRecord | undefined;
  save(record: AlertRecord): void;
  /** No finding joins the open alert of this key any more. */
  close(key: string): void;
  /** Closes alerts to which nothing was added since. */
  closeIdle(sinceMs: number): void;
  /** Open alerts, those that changed last. */
  open(limit: number): readonly AlertRecord[];
  /** False when an alert of this rule and actor was opened since. */
  isFirst(rule: string, actor: string | undefined, sinceMs: number): boolean;
  mute(id: string, silence: string): void;
  unmute(id: string): void;
  isMuted(id: string): boolean;
  postOf(id: string): Post | undefined;
  posted(id: string, post: Post, nowMs: number): void;
  /** Alerts opened in the stretch. */
  tally(fromMs: number, toMs: number): readonly AlertTally[];
  /** Examples for a digest, newest first. */
  openedBetween(fromMs: number, toMs: number, limit: number): readonly AlertRecord[];
  prune(beforeMs: number): void;
}

interface Row {
  readonly record: string;
}

export function createAlertTable(database: Database): AlertTable {
  const read = database.prepare<[string], Row>('SELECT record FROM alerts WHERE id = ?');
  const openOf = database.prepare<[string], Row>('SELECT record FROM alerts WHERE key = ? AND open = 1');
  const save = database.prepare<unknown[]>(
    `INSERT INTO alerts (id, key, rule, severity, actor, open, count, first_us, last_us, opened_ms, changed_ms, record)
     VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET severity = excluded.severity, count = excluded.count, first_us = excluded.first_us,
       last_us = excluded.last_us, changed_ms = excluded.changed_ms, record = excluded.record`,
  );
  const close = database.prepare<[string]>('UPDATE alerts SET open = 0 WHERE key = ? AND open = 1');
  const closeIdle = database.prepare<[number]>(
    'UPDATE alerts SET open = 0 WHERE open = 1 AND changed_ms < ?',
  );
  const open = database.prepare<[number], Row>(
    'SELECT record FROM alerts WHERE open = 1 ORDER BY changed_ms DESC LIMIT ?',
  );
  const known = database.prepare<[string, string | null, number], { id: string }>(
    'SELECT id FROM alerts WHERE rule = ? AND actor IS ? AND opened_ms >= ? LIMIT 1',
  );
  const mute = database.prepare<[string | null, string]>('UPDATE alerts SET muted_by = ? WHERE id = ?');
  const isMuted = database.prepare<[string], { id: string }>(
    'SELECT id FROM alerts WHERE id = ? AND muted_by IS NOT NULL',
  );
  const postOf = database.prepare<[string], { lane: string; channel: string; ts: string; shared: number }>(
    'SELECT lane, channel, ts, shared FROM posts WHERE alert = ?',
  );
  const posted = database.prepare<unknown[]>(
    'INSERT OR REPLACE INTO posts (alert, lane, channel, ts, shared, posted_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const tally = database.prepare<[number, number], AlertTally>(
    `SELECT rule, severity, count(*) AS alerts, sum(count) AS findings, count(DISTINCT actor) AS actors,
       count(muted_by) AS muted
     FROM alerts WHERE opened_ms >= ? AND opened_ms < ? GROUP BY rule, severity ORDER BY alerts DESC LIMIT 200`,
  );
  const between = database.prepare<[number, number, number], Row>(
    'SELECT record FROM alerts WHERE opened_ms >= ? AND opened_ms < ? ORDER BY opened_ms DESC LIMIT ?',
  );
  const prunePosts = database.prepare<[number]>(
    'DELETE FROM posts WHERE alert IN (SELECT id FROM alerts WHERE open = 0 AND changed_ms < ?)',
  );
  const prune = database.prepare<[number]>('DELETE FROM alerts WHERE open = 0 AND changed_ms < ?');
  return {
    read: (id) => recordOf(read.get(id)),
    openOf: (key) => recordOf(openOf.get(key)),
    save: (record) => {
      const { id, key, finding, severity, count, first, last, openedMs, changedMs } = record;
      const { rule, actor } = finding;
      const times = [first ?? null, last ?? null, openedMs, changedMs];
      save.run(id, key, rule, severity, actor ?? null, count, ...times, JSON.stringify(record));
    },
    close: (key) => void close.run(key),
    closeIdle: (sinceMs) => void closeIdle.run(sinceMs),
    open: (limit) => open.all(limit).flatMap((row) => recordOf(row) ?? []),
    isFirst: (rule, actor, sinceMs) => known.get(rule, actor ?? null, sinceMs) === undefined,
    mute: (id, silence) => void mute.run(silence, id),
    unmute: (id) => void mute.run(null, id),
    isMuted: (id) => isMuted.get(id) !== undefined,
    postOf: (id) => {
      const row = postOf.get(id);
      return row === undefined ? undefined : { ...row, shared: row.shared === 1 };
    },
    posted: (id, { lane, channel, ts, shared }, nowMs) =>
      void posted.run(id, lane, channel, ts, shared ? 1 : 0, nowMs),
    tally: (fromMs, toMs) => tally.all(fromMs, toMs),
    openedBetween: (fromMs, toMs, limit) =>
      between.all(fromMs, toMs, limit).flatMap((row) => recordOf(row) ?? []),
    prune: (beforeMs) => {
      prunePosts.run(beforeMs);
      prune.run(beforeMs);
    },
  };
}

const recordOf = (row: Row | undefined): AlertRecord | undefined =>
  row === undefined ? undefined : (JSON.parse(row.record) as AlertRecord); // only `save` writes this column
