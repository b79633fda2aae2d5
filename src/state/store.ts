import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertTable, createAlertTable } from './alert-table.ts';
import { createFindingTable, type FindingTable } from './finding-table.ts';
import { createHeldTable, type HeldTable } from './held-table.ts';
import { createMeta, type Meta } from './meta.ts';
import { migrate } from './migrations.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createProgressTable, type ProgressTable } from './progress-table.ts';
import { createSilenceTable, type SilenceTable } from './silence-table.ts';
import { type Database, loadSqlite } from './sqlite.ts';
import { StateError } from './state-error.ts';
import { lockForWriting } from './writer-lock.ts';

/** Everything that outlives the process, in one SQLite file: `sqlite3 state/detector.db` shows it, also while we run. */
export interface Store {
  readonly progress: ProgressTable;
  readonly findings: FindingTable;
  readonly alerts: AlertTable;
  readonly held: HeldTable;
  readonly outbox: Outbox;
  readonly silences: SilenceTable;
  readonly meta: Meta;
  /**
   * One commit, on disk when it returns: after SIGKILL or a power cut either all of it is there or nothing. Synchronous;
   * one inside another is part of the outer. An error rolls back and is thrown.
   */
  transaction<T>(work: () => T): T;
  /** Removes what nobody asks for any more. Bounded work; call it now and then. */
  prune(nowMs: number): void;
  close(): void;
}

export interface StoreOptions {
  readonly folder: string;
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;
const KEPT_MS = 30 * DAY_MS;

/** Opens or creates the store and becomes its only writer. Throws StateError with what to do. */
export async function openStore({ folder, nowMs }: StoreOptions): Promise<Store> {
  const open = await loadSqlite();
  makeFolder(folder);
  const lock = lockForWriting({ folder, open, nowMs });
  try {
    const database = openDatabase(open, join(folder, 'detector.db'));
    return storeOf(database, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StateError(
      `the state folder ${folder} cannot be made: set state_dir to one that is writable`,
      error,
    );
  }
}

function openDatabase(open: (path: string) => Database, path: string): Database {
  const database = open(path);
  try {
    database.pragma('journal_mode = WAL');
    // Each commit is flushed: a cursor that is ahead of the findings after a power cut would lose them.
    database.pragma('synchronous = FULL');
    database.pragma('busy_timeout = 5000');
    migrate(database);
    const [damage] = database.pragma('quick_check(1)') as readonly { readonly quick_check: string }[]; // as SQLite documents it
    if (damage?.quick_check !== 'ok')
      throw new StateError(
        `${path} is damaged (${damage?.quick_check}): move it away; the detector then reads the logs again`,
      );
    return database;
  } catch (error) {
    database.close();
    if (error instanceof StateError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new StateError(
      `${path} cannot be used (${why}): move it away; the detector then reads the logs again`,
      error,
    );
  }
}

function storeOf(database: Database, release: () => void): Store {
  const store = {
    progress: createProgressTable(database),
    findings: createFindingTable(database),
    alerts: createAlertTable(database),
    held: createHeldTable(database),
    outbox: createOutbox(database),
    silences: createSilenceTable(database),
    meta: createMeta(database),
  };
  return {
    ...store,
    transaction: (work) => database.transaction(work).immediate(),
    prune: (nowMs) => {
      store.findings.prune(nowMs - KEPT_MS);
      store.alerts.prune(nowMs - KEPT_MS);
      store.outbox.prune(nowMs - 7 * DAY_MS);
    },
    close: () => {
      database.close();
      release();
    },
  };
}
