import { createHash } from 'node:crypto';
import type { Told } from '../alert.ts';
import type { Micros } from '../event.ts';
import type { Finding, Severity } from '../finding.ts';

/** An alert as `run` remembers it: what sinks render from. Bounded, whatever the findings hold. */
export interface AlertRecord {
  /** Hash of the key and of the finding that opened it. */
  readonly id: string;
  readonly key: string;
  readonly severity: Severity;
  readonly count: number;
  /** Event times of the earliest and the latest finding. */
  readonly first: Micros | undefined;
  readonly last: Micros | undefined;
  /** Wall clock. */
  readonly openedMs: number;
  readonly changedMs: number;
  /** The finding that people are shown: the one that opened the alert, or that raised it last. */
  readonly finding: Finding;
  /** Ids of the findings, the first hundred. */
  readonly findingIds: readonly string[];
  /** What was seen in its findings, in the order of appearance. */
  readonly peers: readonly string[];
  readonly objects: readonly string[];
}

/** What a finding brought that its open alert had not seen. */
export interface NewEntities {
  readonly peers: readonly string[];
  readonly objects: readonly string[];
}

const MOST_IDS = 100;
const MOST_ENTITIES = 50;
const LONGEST_ENTITY = 300;

export const openRecord = ({ finding, alert }: Told, nowMs: number): AlertRecord => ({
  id: createHash('sha256').update(`${finding.key}\0${finding.id}`).digest('hex').slice(0, 24),
  key: finding.key,
  severity: alert.severity,
  count: alert.count,
  first: finding.time,
  last: finding.time,
  openedMs: nowMs,
  changedMs: nowMs,
  finding,
  findingIds: [finding.id],
  peers: fresh([], finding.peer),
  objects: fresh([], finding.object),
});

/** `record` with one more finding of its key. */
export function growRecord(record: AlertRecord, { finding, alert }: Told, nowMs: number): AlertRecord {
  const added = newEntities(record, finding);
  return {
    ...record,
    severity: alert.severity,
    count: alert.count,
    first: earliest(record.first, finding.time),
    last: latest(record.last, finding.time),
    changedMs: nowMs,
    finding: alert.state === 'raised' ? finding : record.finding,
    findingIds: record.findingIds.length < MOST_IDS ? [...record.findingIds, finding.id] : record.findingIds,
    peers: [...record.peers, ...added.peers],
    objects: [...record.objects, ...added.objects],
  };
}

/** At the limit nothing is new any more: the thread of a message is no place for a scan of a whole network. */
export const newEntities = (record: AlertRecord, { peer, object }: Finding): NewEntities => ({
  peers: fresh(record.peers, peer),
  objects: fresh(record.objects, object),
});

function fresh(known: readonly string[], given: string | undefined): readonly string[] {
  const value = given?.slice(0, LONGEST_ENTITY);
  return value === undefined || known.length >= MOST_ENTITIES || known.includes(value) ? [] : [value];
}

export const earliest = (a: Micros | undefined, b: Micros | undefined): Micros | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;

export const latest = (a: Micros | undefined, b: Micros | undefined): Micros | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;
