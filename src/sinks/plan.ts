import type { AlertChange } from '../alerts/intake.ts';
import type { AlertRecord } from '../alerts/record.ts';
import type { OutboxEntry } from '../state/outbox.ts';
import type { Destination } from './routes.ts';
import { laneOfChannel } from './slack.ts';

/** Kinds of outbox entries, with how urgent they are: people first hear of new things, counters come last. */
export const URGENCY = { notice: 4, new: 3, raised: 3, digest: 2, thread: 1, count: 0, held: 3 } as const;

/** Repeats of one alert change its message at most this often. */
const COUNT_EVERY_MS = 3_000;
/** A thread notifies people: what comes within this time is one reply. */
const THREAD_EVERY_MS = 30_000;

export interface PlanOptions {
  readonly alertmanagerLanes: readonly string[];
  /** Undefined without Slack. */
  readonly routing: ((record: AlertRecord) => Destination) | undefined;
}

/** What an alert's payload says to the Slack lane. Everything else is read from the alert when its turn comes. */
export interface AlertPayload {
  readonly actor: string;
  /** The channel that the route names. */
  readonly channel: string;
}

/** From which on the entities of an alert are new to its thread. */
export interface ThreadPayload {
  readonly peers: number;
  readonly objects: number;
}

export const createPlan =
  ({ alertmanagerLanes, routing }: PlanOptions) =>
  (change: AlertChange): readonly OutboxEntry[] => [
    ...heldEntries(change, alertmanagerLanes),
    ...(routing === undefined ? [] : slackEntries(change, routing(change.record))),
  ];

function heldEntries(change: AlertChange, lanes: readonly string[]): readonly OutboxEntry[] {
  return lanes.flatMap((lane) =>
    change.fingerprints.map((subject) => ({
      ...entryBase(change),
      lane,
      kind: 'held',
      subject,
      urgency: URGENCY.held,
      payload: null,
      renewable: true,
    })),
  );
}

function slackEntries(change: AlertChange, { channel, alone }: Destination): readonly OutboxEntry[] {
  if (!alone) return [];
  const { record, told, fresh } = change;
  const base = { ...entryBase(change), lane: laneOfChannel(channel) };
  const payload: AlertPayload = { actor: (told.finding.actor ?? '').slice(0, 200), channel };
  if (told.alert.state === 'new') {
    return [{ ...base, kind: 'new', subject: record.id, urgency: URGENCY.new, payload, renewable: false }];
  }
  if (told.alert.state === 'raised') {
    const subject = `${record.id}:${record.severity}`;
    return [{ ...base, kind: 'raised', subject, urgency: URGENCY.raised, payload, renewable: false }];
  }
  const count = {
    ...base,
    kind: 'count',
    subject: record.id,
    urgency: URGENCY.count,
    payload,
    renewable: true,
  };
  const counted = { ...count, notBeforeMs: record.changedMs + COUNT_EVERY_MS };
  if (fresh.peers.length + fresh.objects.length === 0) return [counted];
  const from: ThreadPayload = {
    peers: record.peers.length - fresh.peers.length,
    objects: record.objects.length - fresh.objects.length,
  };
  const notBeforeMs = record.changedMs + THREAD_EVERY_MS;
  return [
    counted,
    {
      ...base,
      kind: 'thread',
      subject: record.id,
      urgency: URGENCY.thread,
      payload: from,
      notBeforeMs,
      renewable: true,
    },
  ];
}

const entryBase = ({ record, first, told }: AlertChange) => ({
  rule: record.finding.rule,
  severity: record.severity,
  first: first || told.alert.state === 'raised',
  notBeforeMs: record.changedMs,
});
