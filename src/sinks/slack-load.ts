import { LEAST_HOLD_MS } from '../alerts/held.ts';
import { alertLabels, type LabelOptions } from '../alerts/labels.ts';
import type { AlertRecord } from '../alerts/record.ts';
import type { Silence, Silences } from '../alerts/silences.ts';
import type { Clock } from '../clock.ts';
import type { QueuedEntry } from '../state/outbox.ts';
import type { Store } from '../state/store.ts';
import { noticeEntry } from './alertmanager-health.ts';
import type { Loaded } from './deliver.ts';
import { digestOf } from './digest.ts';
import type { SlackMessage } from './slack.ts';
import type { AlertView } from './slack-message.ts';

export interface SlackLoadOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly labels: LabelOptions;
  readonly quietPeriodMsOf: (rule: string) => number;
  readonly silences: (nowMs: number) => Silences;
  readonly channel: string;
}

/** Turns an entry of a Slack lane into its message, as things are now. Runs within the lane's transaction. */
export function createSlackLoad(options: SlackLoadOptions): (entry: QueuedEntry) => Loaded<SlackMessage> {
  const { store } = options;
  return (entry) => {
    switch (entry.kind) {
      case 'digest':
        return message({
          kind: 'digest',
          digest: digestOf(store, number(entry, 'fromMs'), number(entry, 'toMs')),
        });
      case 'notice':
        return message({ kind: 'notice', text: text(entry, 'text') });
      case 'new':
      case 'raised':
        return loadAlert(entry, entry.kind, options);
      default:
        return loadChange(entry, options);
    }
  };
}

const message = (content: SlackMessage): Loaded<SlackMessage> => ({ kind: 'message', message: content });

const GONE = { kind: 'gone' } as const;

function loadAlert(
  entry: QueuedEntry,
  reason: 'new' | 'raised',
  options: SlackLoadOptions,
): Loaded<SlackMessage> {
  const { store, clock } = options;
  const record = store.alerts.read(entry.subject.split(':')[0] ?? '');
  if (record === undefined) return GONE;
  const view = viewOf(record, { entry, reason }, options);
  const nowMs = clock.now();
  const silence = options.silences(nowMs).muting(view.labels, nowMs);
  if (silence === undefined) {
    // It was hidden and is over by now: it stands in the digest.
    if (entry.attempts === 0 && store.alerts.isMuted(record.id) && isPast(record, nowMs, options))
      return GONE;
    store.alerts.unmute(record.id);
    return message({ kind: 'alert', view });
  }
  store.alerts.mute(record.id, silence.id);
  if (record.severity === 'critical') mentionOnceADay(silence, entry, options);
  return { kind: 'muted' };
}

/** Alertmanager would not notify it any more either. */
const isPast = (record: AlertRecord, nowMs: number, { quietPeriodMsOf }: SlackLoadOptions): boolean =>
  nowMs - record.changedMs > Math.max(LEAST_HOLD_MS, quietPeriodMsOf(record.finding.rule));

interface Origin {
  readonly entry: QueuedEntry;
  readonly reason: 'new' | 'raised';
}

function viewOf(
  record: AlertRecord,
  { entry, reason }: Origin,
  { labels, channel }: SlackLoadOptions,
): AlertView {
  const meant = text(entry, 'channel');
  return {
    record,
    reason,
    labels: alertLabels(record.finding, record.severity, labels),
    first: entry.first,
    suspect: entry.unknown > 0,
    meantFor: meant === '' || meant === channel ? undefined : meant,
  };
}

function loadChange(entry: QueuedEntry, options: SlackLoadOptions): Loaded<SlackMessage> {
  const { store } = options;
  const record = store.alerts.read(entry.subject);
  const post = record === undefined ? undefined : store.alerts.postOf(record.id);
  // Not told yet: the first message will hold it. A line among others has no counter and no thread.
  if (record === undefined || post === undefined || post.shared) return GONE;
  if (entry.kind === 'count') {
    const view = viewOf(record, { entry: { ...entry, unknown: 0 }, reason: 'new' }, options);
    return message({ kind: 'count', view, place: post });
  }
  const peers = record.peers.slice(number(entry, 'peers'));
  const objects = record.objects.slice(number(entry, 'objects'));
  return peers.length + objects.length === 0
    ? GONE
    : message({ kind: 'thread', place: post, peers, objects });
}

function mentionOnceADay(silence: Silence, { lane }: QueuedEntry, { store, clock }: SlackLoadOptions): void {
  const nowMs = clock.now();
  const until = new Date(silence.endsMs).toISOString().slice(0, 16);
  const text = `🔇 A silence hides critical alerts: ${silence.id}, by ${silence.createdBy || 'nobody'}, until ${until}Z: ${silence.comment || 'no comment'}`;
  store.outbox.put(noticeEntry({ lane, subject: `silence:${silence.id}`, text, nowMs }), nowMs);
}

/** Payloads are our own, but may be those of another version. */
function field({ payload }: QueuedEntry, name: string): unknown {
  return typeof payload === 'object' && payload !== null
    ? new Map<string, unknown>(Object.entries(payload)).get(name)
    : undefined;
}

const number = (entry: QueuedEntry, name: string): number => Number(field(entry, name) ?? 0) || 0;
const text = (entry: QueuedEntry, name: string): string => String(field(entry, name) ?? '');
