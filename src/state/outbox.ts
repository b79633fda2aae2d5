import type { Severity } from '../finding.ts';
import type { Database } from './sqlite.ts';

/** Something that a sink must be told. Lane, kind and subject name it: put twice, it is told once. */
export interface OutboxEntry {
  /** One queue: an Alertmanager instance, a Slack channel. */
  readonly lane: string;
  readonly kind: string;
  /** What it is about: id of an alert, fingerprint of a held one, a day. */
  readonly subject: string;
  /** Class of message; the higher goes first, whatever the severity. */
  readonly urgency: number;
  readonly rule: string;
  readonly severity: Severity;
  /** The first of its rule and actor: never given up to make room. */
  readonly first: boolean;
  readonly payload: unknown;
  /** Not to be told before. */
  readonly notBeforeMs: number;
  /** True: what was told is told anew (a counter); what still waits keeps its payload and its time. False: once and for all. */
  readonly renewable: boolean;
}

/** `muted`: a silence holds it back. `failed`: the sink will never take it. `dropped`: gave way when there was no room. */
export type EntryState = 'pending' | 'sending' | 'muted' | 'done' | 'failed' | 'dropped';

export interface QueuedEntry {
  readonly id: number;
  readonly lane: string;
  readonly kind: string;
  readonly subject: string;
  readonly urgency: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly first: boolean;
  readonly payload: unknown;
  /** Changes when it is put again while it is being sent. */
  readonly version: number;
  readonly attempts: number;
  /** Attempts whose answer was lost: the sink may have it already. */
  readonly unknown: number;
  readonly createdMs: number;
}

export interface LaneDepth {
  readonly waiting: number;
  readonly muted: number;
  readonly oldestMs: number | undefined;
}

export interface Outbox {
  put(entry: OutboxEntry, nowMs: number): void;
  /** Entries that are due, the first of each rule and urgency by severity, at most `perRule` of each. */
  due(lane: string, nowMs: number, perRule: number): readonly QueuedEntry[];
  /** When the next waiting entry is due; undefined when none waits. */
  nextMs(lane: string): number | undefined;
  /** Marks what is on its way: found in this state after a crash, the answer was lost. */
  sending(ids: readonly number[]): void;
  /** Entries that were on their way when the process died wait again. Returns how many. */
  recover(lane: string, nowMs: number): number;
  finish(
    entry: QueuedEntry,
    state: 'done' | 'failed',
    options: { readonly nowMs: number; readonly error?: string },
  ): void;
  retry(
    entry: QueuedEntry,
    options: { readonly nextMs: number; readonly error: string; readonly unknown: boolean },
  ): void;
  /** Back to the queue as if nothing had been tried. */
  postpone(entry: QueuedEntry, nextMs: number): void;
  mute(entry: QueuedEntry): void;
  /** Muted entries wait again: silences have changed. */
  unmute(lane: string, nowMs: number): number;
  /** Moves all that waits to another lane, where it is not known already. */
  move(lane: string, to: string): number;
  /** Gives up the oldest of the mildest until at most `limit` wait; never the first of a rule and actor. Returns how many. */
  shed(lane: string, limit: number, nowMs: number): number;
  depth(lane: string): LaneDepth;
  stateOf(lane: string, kind: string, subject: string): EntryState | undefined;
  prune(beforeMs: number): void;
}

interface Row {
  readonly id: number;
  readonly lane: string;
  readonly kind: string;
  readonly subject: string;
  readonly urgency: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly first: number;
  readonly payload: string;
  readonly version: number;
  readonly attempts: number;
  readonly unknown: number;
  readonly created_ms: number;
}

const RANK = `CASE severity WHEN 'critical' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END`;

export function createOutbox(database: Database): Outbox {
  return { ...createQueue(database), ...createUpkeep(database) };
}

type Queue = Pick<Outbox, 'put' | 'due' | 'nextMs' | 'sending' | 'finish' | 'retry' | 'postpone' | 'mute'>;

function createQueue(database: Database): Queue {
  const put = database.prepare<unknown[]>(
    `INSERT INTO outbox (lane, kind, subject, urgency, rule, severity, first, payload, state, next_ms, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT DO NOTHING`,
  );
  // A new version: what is being sent at this moment does not count as having told it. A failed one gets another chance.
  const renew = database.prepare<unknown[]>(
    `UPDATE outbox SET version = version + 1, payload = CASE WHEN state IN ('pending', 'muted') THEN payload ELSE ? END, severity = ?, urgency = ?,
       attempts = CASE WHEN state IN ('done', 'failed', 'dropped') THEN 0 ELSE attempts END,
       next_ms = CASE WHEN state = 'pending' THEN next_ms ELSE ? END,
       created_ms = CASE WHEN state IN ('done', 'failed', 'dropped') THEN ? ELSE created_ms END,
       state = CASE WHEN state IN ('done', 'failed', 'dropped') THEN 'pending' ELSE state END, finished_ms = NULL
     WHERE lane = ? AND kind = ? AND subject = ?`,
  );
  const due = database.prepare<[string, number, number], Row>(
    // Places come from an index alone: a flood must not cost a look at each of its rows.
    `SELECT entry.* FROM (
       SELECT id, row_number() OVER (PARTITION BY rule, urgency, severity ORDER BY first DESC, id) AS place
       FROM outbox WHERE lane = ? AND state = 'pending' AND next_ms <= ?
     ) AS due JOIN outbox AS entry ON entry.id = due.id
     WHERE place <= ? ORDER BY urgency DESC, ${RANK} DESC, first DESC, entry.id`,
  );
  const next = database.prepare<[string], { at: number | null }>(
    `SELECT min(next_ms) AS at FROM outbox WHERE lane = ? AND state = 'pending'`,
  );
  const sending = database.prepare<[number]>(`UPDATE outbox SET state = 'sending' WHERE id = ?`);
  const finish = database.prepare<unknown[]>(
    `UPDATE outbox SET state = CASE WHEN version = ? THEN ? ELSE 'pending' END, finished_ms = ?, error = ?,
       attempts = attempts + 1 WHERE id = ?`,
  );
  const retry = database.prepare<unknown[]>(
    `UPDATE outbox SET state = 'pending', attempts = attempts + 1, unknown = unknown + ?, next_ms = ?, error = ? WHERE id = ?`,
  );
  const postpone = database.prepare<[number, number]>(
    `UPDATE outbox SET state = 'pending', next_ms = ? WHERE id = ?`,
  );
  const mute = database.prepare<[number]>(`UPDATE outbox SET state = 'muted' WHERE id = ?`);
  return {
    put: (entry, nowMs) => {
      const { lane, kind, subject, urgency, rule, severity, first, notBeforeMs } = entry;
      const payload = JSON.stringify(entry.payload ?? null);
      const added = put.run(
        ...[lane, kind, subject, urgency, rule, severity, first ? 1 : 0, payload, notBeforeMs, nowMs],
      );
      if (added.changes > 0 || !entry.renewable) return;
      renew.run(payload, severity, urgency, notBeforeMs, nowMs, lane, kind, subject);
    },
    due: (lane, nowMs, perRule) => due.all(lane, nowMs, perRule).map(entryOf),
    nextMs: (lane) => next.get(lane)?.at ?? undefined,
    sending: (ids) => {
      for (const id of ids) sending.run(id);
    },
    finish: (entry, state, { nowMs, error }) =>
      void finish.run(entry.version, state, nowMs, error ?? null, entry.id),
    retry: (entry, { nextMs, error, unknown }) => void retry.run(unknown ? 1 : 0, nextMs, error, entry.id),
    postpone: (entry, nextMs) => void postpone.run(nextMs, entry.id),
    mute: (entry) => void mute.run(entry.id),
  };
}

type Upkeep = Pick<Outbox, 'recover' | 'unmute' | 'move' | 'shed' | 'depth' | 'stateOf' | 'prune'>;

function createUpkeep(database: Database): Upkeep {
  const recover = database.prepare<[number, string]>(
    `UPDATE outbox SET state = 'pending', unknown = unknown + 1, next_ms = ? WHERE lane = ? AND state = 'sending'`,
  );
  const unmute = database.prepare<[number, string]>(
    `UPDATE outbox SET state = 'pending', next_ms = ? WHERE lane = ? AND state = 'muted'`,
  );
  const move = database.prepare<[string, string]>(
    `UPDATE OR IGNORE outbox SET lane = ?, attempts = 0, next_ms = 0 WHERE lane = ? AND state = 'pending'`,
  );
  const shed = database.prepare<[number, string, number]>(
    `UPDATE outbox SET state = 'dropped', finished_ms = ? WHERE id IN (
       SELECT id FROM outbox WHERE lane = ? AND state = 'pending' AND first = 0 ORDER BY urgency, ${RANK}, id LIMIT ?)`,
  );
  const depth = database.prepare<[string], { waiting: number; muted: number; oldest: number | null }>(
    `SELECT count(*) FILTER (WHERE state IN ('pending', 'sending')) AS waiting,
       count(*) FILTER (WHERE state = 'muted') AS muted,
       min(created_ms) FILTER (WHERE state IN ('pending', 'sending')) AS oldest
     FROM outbox WHERE lane = ? AND state IN ('pending', 'sending', 'muted')`,
  );
  const stateOf = database.prepare<[string, string, string], { state: EntryState }>(
    'SELECT state FROM outbox WHERE lane = ? AND kind = ? AND subject = ?',
  );
  const pending = database.prepare<[string], { n: number }>(
    `SELECT count(*) AS n FROM outbox WHERE lane = ? AND state = 'pending'`,
  );
  const prune = database.prepare<[number]>(
    `DELETE FROM outbox WHERE state IN ('done', 'failed', 'dropped') AND finished_ms < ?`,
  );
  const depthOf = (lane: string): LaneDepth => {
    const row = depth.get(lane);
    return { waiting: row?.waiting ?? 0, muted: row?.muted ?? 0, oldestMs: row?.oldest ?? undefined };
  };
  return {
    recover: (lane, nowMs) => recover.run(nowMs, lane).changes,
    unmute: (lane, nowMs) => unmute.run(nowMs, lane).changes,
    move: (lane, to) => move.run(to, lane).changes,
    shed: (lane, limit, nowMs) => {
      const surplus = (pending.get(lane)?.n ?? 0) - limit;
      return surplus <= 0 ? 0 : shed.run(nowMs, lane, surplus).changes;
    },
    depth: depthOf,
    stateOf: (lane, kind, subject) => stateOf.get(lane, kind, subject)?.state,
    prune: (beforeMs) => void prune.run(beforeMs),
  };
}

const entryOf = (row: Row): QueuedEntry => ({
  id: row.id,
  lane: row.lane,
  kind: row.kind,
  subject: row.subject,
  urgency: row.urgency,
  rule: row.rule,
  severity: row.severity,
  first: row.first === 1,
  payload: JSON.parse(row.payload),
  version: row.version,
  attempts: row.attempts,
  unknown: row.unknown,
  createdMs: row.created_ms,
});
