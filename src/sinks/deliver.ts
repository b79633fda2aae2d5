import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { redactText } from '../redact.ts';
import type { Outbox, QueuedEntry } from '../state/outbox.ts';
import type { Store } from '../state/store.ts';
import { UNPRINTABLE, visibleEscape } from '../unprintable.ts';
import { attempt } from './attempt.ts';
import type { Outcome, Sink } from './sink.ts';

/** What an entry has become by the time its turn comes. */
export type Loaded<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  /** A silence holds it back for now. */
  | { readonly kind: 'muted' }
  /** Nobody needs to be told any more. */
  | { readonly kind: 'gone' };

export interface LaneStatus {
  readonly lane: string;
  readonly waiting: number;
  readonly muted: number;
  readonly oldestMs: number | undefined;
  /** Why the sink takes nothing until somebody repairs something. */
  readonly blocked: string | undefined;
  /** The last failure, while attempts fail. */
  readonly failing: string | undefined;
}

/** What becomes visible of deliveries: metrics, logs, readiness. Called synchronously; must not throw. */
export interface DeliveryObserver {
  delivered(
    lane: string,
    outcome: Outcome['kind'] | 'dropped' | 'muted',
    count: number,
    reason: string | undefined,
  ): void;
  /** The sink takes nothing any more; once when it begins. */
  blocked(lane: string, reason: string): void;
  recovered(lane: string): void;
  /** The store failed: nothing can be relied on any more, the process has to start anew. */
  fatal(error: unknown): void;
}

export interface LaneOptions<Message> {
  readonly lane: string;
  readonly sink: Sink<Message>;
  readonly store: Pick<Store, 'outbox' | 'transaction'>;
  readonly clock: Clock;
  readonly observer: DeliveryObserver;
  readonly load: (entry: QueuedEntry) => Loaded<Message>;
  /** Which of the due entries go in the next batch, in which order. `due` has the most urgent first and is not empty. */
  readonly select: (due: readonly QueuedEntry[], nowMs: number) => readonly QueuedEntry[];
  /** What else to note about a success, in the same commit. */
  readonly noted?: (
    entry: QueuedEntry,
    message: Message,
    outcome: Outcome & { readonly kind: 'ok' },
    batch: number,
  ) => void;
  /** True when another lane has taken over what waits. */
  readonly onBlocked?: (reason: string) => boolean;
  readonly timeoutMs: number;
  /** Least time between two batches. */
  readonly paceMs: number;
  /** Entries that may wait; the mildest repeats give way. */
  readonly limit?: number;
}

/** One queue with one sink behind it. A lane that fails or hangs delays no other. */
export interface Lane {
  readonly name: string;
  /** Something was put into the outbox. */
  wake(): void;
  /** Muted entries are looked at again. */
  reconsider(): void;
  status(): LaneStatus;
  /** Sends what is due, for at most `graceMs`, and stops. What is left stays in the store. */
  close(graceMs: number): Promise<void>;
}

const RETRY = { firstMs: 1_000, mostMs: 60_000 };
const BLOCKED_RETRY = { firstMs: 30_000, mostMs: 300_000 };
const DEFAULT_LIMIT = 50_000;
/** Looks at the clock again at least this often: clocks jump. */
const LONGEST_SLEEP_MS = 30_000;
const PER_RULE = 400;

export function startLane<Message>(options: LaneOptions<Message>): Lane {
  const { lane, store, clock, observer } = options;
  const outbox: Outbox = store.outbox;
  const mood: Mood = { failures: 0, pausedUntilMs: 0, blocked: undefined, failing: undefined };
  let sleeping = new AbortController();
  const killed = new AbortController();
  let closing = false;

  const wake = (): void => sleeping.abort();

  const turn = async (): Promise<'again' | 'idle'> => {
    const nowMs = clock.now();
    const pausing = nowMs < mood.pausedUntilMs;
    // When the detector stops, what a working sink can still be told goes without pauses.
    if (pausing && !(closing && mood.failures === 0)) return 'idle';
    const dropped = outbox.shed(lane, options.limit ?? DEFAULT_LIMIT, nowMs);
    if (dropped > 0) observer.delivered(lane, 'dropped', dropped, 'the outbox is full');
    const due = outbox.due(lane, nowMs, PER_RULE);
    if (due.length === 0) return 'idle';
    const batch = take(options, due, nowMs);
    if (batch.length === 0) return 'again';
    const outcomes = await attempt(options.sink, {
      messages: batch.map(({ message }) => message),
      timeoutMs: options.timeoutMs,
      signal: killed.signal,
    });
    settle(options, { batch, outcomes, mood });
    if (!closing) mood.pausedUntilMs = Math.max(mood.pausedUntilMs, clock.now() + options.paceMs);
    return 'again';
  };

  const rest = async (): Promise<void> => {
    sleeping = new AbortController();
    const dueMs = outbox.nextMs(lane) ?? Number.POSITIVE_INFINITY;
    const nowMs = clock.now();
    const sleepMs = Math.min(LONGEST_SLEEP_MS, Math.max(dueMs, mood.pausedUntilMs) - nowMs);
    if (sleepMs > 0 && !closing) await clock.sleep(sleepMs, sleeping.signal);
    // Woken by a new entry while the sink asked for a pause: the pause counts.
    const leftMs = mood.pausedUntilMs - clock.now();
    if (leftMs > 0 && !closing) {
      sleeping = new AbortController();
      if (!closing) await clock.sleep(Math.min(leftMs, LONGEST_SLEEP_MS), sleeping.signal);
    }
  };

  const loop = async (): Promise<void> => {
    outbox.recover(lane, clock.now());
    while (!killed.signal.aborted) {
      const result = await turn();
      if (result === 'idle' && closing) return;
      if (result === 'idle' || clock.now() < mood.pausedUntilMs) await rest();
    }
  };
  const ended = loop().catch((error: unknown) => observer.fatal(error));

  return {
    name: lane,
    wake,
    reconsider: () => {
      if (outbox.unmute(lane, clock.now()) > 0) wake();
    },
    status: () => ({ lane, ...outbox.depth(lane), blocked: mood.blocked, failing: mood.failing }),
    close: async (graceMs) => {
      closing = true;
      wake();
      const timer = setTimeout(() => killed.abort(), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

interface Mood {
  failures: number;
  pausedUntilMs: number;
  blocked: string | undefined;
  failing: string | undefined;
}

interface Taken<Message> {
  readonly entry: QueuedEntry;
  readonly message: Message;
}

/** Loads what was selected and marks it as being sent; entries that are gone or muted are settled on the way. */
function take<Message>(
  options: LaneOptions<Message>,
  due: readonly QueuedEntry[],
  nowMs: number,
): readonly Taken<Message>[] {
  const { lane, store, observer } = options;
  const { outbox } = store;
  return store.transaction(() => {
    const batch: Taken<Message>[] = [];
    let muted = 0;
    for (const entry of options.select(due, nowMs)) {
      const loaded = options.load(entry);
      if (loaded.kind === 'gone') outbox.finish(entry, 'done', { nowMs });
      else if (loaded.kind === 'message') batch.push({ entry, message: loaded.message });
      else {
        outbox.mute(entry);
        muted++;
      }
    }
    outbox.sending(batch.map(({ entry }) => entry.id));
    if (muted > 0) observer.delivered(lane, 'muted', muted, undefined);
    return batch;
  });
}

interface Attempted<Message> {
  readonly batch: readonly Taken<Message>[];
  readonly outcomes: readonly Outcome[];
  readonly mood: Mood;
}

function settle<Message>(options: LaneOptions<Message>, { batch, outcomes, mood }: Attempted<Message>): void {
  const { lane, store, clock, observer } = options;
  const nowMs = clock.now();
  const wasBlocked = mood.blocked;
  const trouble = outcomes.find((outcome) => outcome.kind !== 'ok' && !isGivenUp(outcome));
  const worked = outcomes.some((outcome) => outcome.kind === 'ok' || isGivenUp(outcome));
  setMood(mood, { trouble, worked, clock });
  store.transaction(() => {
    for (const [index, { entry, message }] of batch.entries()) {
      const outcome = outcomes[index] ?? { kind: 'unknown', reason: 'the sink gave no outcome' };
      note(options, { entry, message, outcome, mood, size: batch.length });
    }
  });
  for (const outcome of outcomes) {
    observer.delivered(
      lane,
      outcome.kind,
      1,
      outcome.kind === 'ok' ? outcome.note : harmless(outcome.reason),
    );
  }
  if (mood.blocked !== undefined && wasBlocked === undefined) {
    observer.blocked(lane, mood.blocked);
  }
  if (mood.blocked !== undefined && options.onBlocked?.(mood.blocked) === true) mood.pausedUntilMs = nowMs;
  if (mood.blocked === undefined && wasBlocked !== undefined) observer.recovered(lane);
}

const isGivenUp = (outcome: Outcome): boolean => outcome.kind === 'permanent' && outcome.scope === 'message';

interface Experience {
  readonly trouble: Outcome | undefined;
  readonly worked: boolean;
  readonly clock: Clock;
}

function setMood(mood: Mood, { trouble, worked, clock }: Experience): void {
  if (trouble === undefined || trouble.kind === 'ok') {
    mood.failures = 0;
    mood.failing = undefined;
    mood.blocked = undefined;
    return;
  }
  const reason = harmless(trouble.reason);
  mood.failing = reason;
  mood.failures = worked ? 1 : mood.failures + 1;
  const blocked = trouble.kind === 'permanent';
  mood.blocked = blocked ? reason : mood.blocked;
  const asked = trouble.kind === 'retry' ? trouble.afterMs : undefined;
  const waitMs = asked ?? backoffMs(blocked ? BLOCKED_RETRY : RETRY, mood.failures, clock.random());
  mood.pausedUntilMs = worked && asked === undefined ? 0 : clock.now() + waitMs;
}

interface Noted<Message> extends Taken<Message> {
  readonly outcome: Outcome;
  readonly mood: Mood;
  readonly size: number;
}

function note<Message>(
  options: LaneOptions<Message>,
  { entry, message, outcome, mood, size }: Noted<Message>,
): void {
  const { store, clock } = options;
  const nowMs = clock.now();
  if (outcome.kind === 'ok') {
    store.outbox.finish(entry, 'done', { nowMs });
    options.noted?.(entry, message, outcome, size);
    return;
  }
  const error = harmless(outcome.reason);
  if (isGivenUp(outcome)) {
    store.outbox.finish(entry, 'failed', { nowMs, error });
    return;
  }
  const ownMs = nowMs + backoffMs(RETRY, entry.attempts + 1, clock.random());
  // With the lane's pause, so that the gravest still goes first when it is over.
  const nextMs = mood.pausedUntilMs > nowMs ? mood.pausedUntilMs : ownMs;
  store.outbox.retry(entry, { nextMs, error, unknown: outcome.kind === 'unknown' });
}

/** A reason as it may go into logs, the store and the status page. */
export function harmless(reason: string): string {
  const text = redactText(reason.slice(0, 4_000))
    .replace(/\s+/g, ' ')
    .replace(UNPRINTABLE, visibleEscape)
    .trim();
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
