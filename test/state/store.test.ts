import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutboxEntry } from '../../src/state/outbox.ts';
import { loadSqlite } from '../../src/state/sqlite.ts';
import { openStore, type Store } from '../../src/state/store.ts';
import { scratchFolder } from '../support/scratch.ts';
import { aFinding } from '../support/told.ts';

const open = async (folder: string): Promise<Store> => openStore({ folder, nowMs: Date.UTC(2026, 10, 20) });

async function withStore(use: (store: Store) => void): Promise<void> {
  const store = await open(await scratchFolder());
  try {
    use(store);
  } finally {
    store.close();
  }
}

test('a second detector on the same state is told who has it', async () => {
  const folder = await scratchFolder();
  const first = await open(folder);
  await expect(open(folder)).rejects.toThrow(
    new RegExp(
      `${folder} is in use by another detector \\(process ${process.pid} on .+, since 2026-11-20T00:00:00.000Z\\)`,
    ),
  );
  first.close();
  (await open(folder)).close();
});

test('a lock that a dead process left behind is none', async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder, 'writer.lock'), '');
  await writeFile(
    join(folder, 'writer.json'),
    JSON.stringify({ pid: process.pid, host: 'here', since: 'then' }),
  );
  (await open(folder)).close();
  expect((await readdir(folder)).sort()).toEqual(['detector.db', 'writer.json', 'writer.lock']);
});

test('a file that is no database is named, with what to do', async () => {
  const folder = await scratchFolder();
  await writeFile(
    join(folder, 'detector.db'),
    'not a database at all, but long enough to be taken for one'.repeat(100),
  );
  await expect(open(folder)).rejects.toThrow(/detector\.db cannot be used .*move it away/);
});

test('a store that a newer detector wrote is left alone', async () => {
  const folder = await scratchFolder();
  (await open(folder)).close();
  const database = (await loadSqlite())(join(folder, 'detector.db'));
  database.pragma('user_version = 99');
  database.close();
  await expect(open(folder)).rejects.toThrow(/schema version 99, written by a newer detector/);
});

test('what is kept is there after the store was closed', async () => {
  const folder = await scratchFolder();
  const before = await open(folder);
  const proven = [{ from: 1_795_168_800_000_000_001n, to: 1_795_168_900_000_000_009n }];
  before.progress.write('kube-audit', { cursor: 'c1', proven }, 1);
  before.findings.add({ finding: aFinding(), seenMs: 5, alert: 'a' });
  before.meta.write('name', { a: [1] }, 7);
  before.close();
  const after = await open(folder);
  expect(after.progress.read('kube-audit')).toEqual({ cursor: 'c1', proven });
  expect(after.findings.read('f0')).toEqual({ finding: aFinding(), seenMs: 5, alert: 'a' });
  expect(after.meta.read('name')).toEqual({ value: { a: [1] }, savedMs: 7 });
  expect(after.progress.sources()).toEqual(['kube-audit']);
  after.close();
});

test('a transaction that fails leaves nothing behind', () =>
  withStore((store) => {
    expect(() =>
      store.transaction(() => {
        store.findings.add({ finding: aFinding(), seenMs: 5, alert: 'a' });
        store.progress.write('s', { cursor: 'c', proven: [] }, 1);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(store.findings.has('f0')).toBe(false);
    expect(store.progress.read('s')).toBeUndefined();
  }));

const entry = (changes: Partial<OutboxEntry> = {}): OutboxEntry => ({
  lane: 'slack:#security',
  kind: 'new',
  subject: 'a1',
  urgency: 3,
  rule: 'K4',
  severity: 'warning',
  first: false,
  payload: { n: 1 },
  notBeforeMs: 0,
  renewable: false,
  ...changes,
});

const LANE = 'slack:#security';

test('the outbox tells once what is put twice', () =>
  withStore(({ outbox }) => {
    outbox.put(entry(), 1);
    outbox.put(entry({ payload: { n: 2 } }), 1);
    const [only, ...more] = outbox.due(LANE, 1, 10);
    expect(more).toEqual([]);
    if (only === undefined) throw new Error('nothing is due');
    outbox.finish(only, 'done', { nowMs: 2 });
    outbox.put(entry(), 3);
    expect(outbox.due(LANE, 9, 10)).toEqual([]);
  }));

test('what is renewed while it is being sent is sent again', () =>
  withStore(({ outbox }) => {
    outbox.put(entry({ renewable: true }), 1);
    const [sent] = outbox.due(LANE, 1, 10);
    if (sent === undefined) throw new Error('nothing is due');
    outbox.sending([sent.id]);
    outbox.put(entry({ renewable: true, payload: { n: 2 } }), 2);
    outbox.finish(sent, 'done', { nowMs: 3 });
    expect(outbox.due(LANE, 9, 10).map(({ payload }) => payload)).toEqual([{ n: 2 }]);
  }));

test('what was being sent when the process died waits again, and may be there already', () =>
  withStore(({ outbox }) => {
    outbox.put(entry(), 1);
    outbox.sending(outbox.due(LANE, 1, 10).map(({ id }) => id));
    expect(outbox.due(LANE, 9, 10)).toEqual([]);
    expect(outbox.recover(LANE, 9)).toBe(1);
    expect(outbox.due(LANE, 9, 10)).toMatchObject([{ unknown: 1 }]);
  }));

test('room is made by the mildest, never by the first of a rule and actor', () =>
  withStore(({ outbox }) => {
    const severities = ['info', 'warning', 'critical'] as const;
    for (const [index, severity] of severities.entries()) {
      outbox.put(entry({ subject: `later-${index}`, severity }), 1);
      outbox.put(entry({ subject: `first-${index}`, severity, first: true }), 1);
    }
    expect(outbox.shed(LANE, 4, 2)).toBe(2);
    expect(outbox.due(LANE, 9, 10).map(({ subject }) => subject)).toEqual([
      'first-2',
      'later-2',
      'first-1',
      'first-0',
    ]);
    expect(outbox.shed(LANE, 0, 2)).toBe(1);
    expect(outbox.depth(LANE)).toMatchObject({ waiting: 3 });
  }));

test('one rule that floods does not hide the entries of another', () =>
  withStore(({ outbox }) => {
    for (let index = 0; index < 100; index++) outbox.put(entry({ subject: `k-${index}` }), 1);
    outbox.put(entry({ subject: 's', rule: 'S1' }), 1);
    expect(outbox.due(LANE, 9, 5).map(({ rule }) => rule)).toEqual(['K4', 'K4', 'K4', 'K4', 'K4', 'S1']);
  }));
