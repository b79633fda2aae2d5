import { LEAST_HOLD_MS } from '../alerts/held.ts';
import type { Clock } from '../clock.ts';
import type { Labels } from '../event.ts';
import { type Loop, startLoop } from '../loop.ts';
import type { StoredHeld } from '../state/held-table.ts';
import type { Store } from '../state/store.ts';
import { ALERTS_PER_REQUEST } from './alertmanager.ts';
import { type PostableAlert, postable } from './alertmanager-alert.ts';
import { attempt } from './attempt.ts';
import type { Condition, Conditions } from './conditions.ts';
import type { Links } from './links.ts';
import type { Sink } from './sink.ts';

export interface ResendOptions {
  readonly sink: Sink<PostableAlert>;
  readonly store: Store;
  readonly clock: Clock;
  readonly links: Links;
  readonly conditions: Conditions;
  /** Configured labels, for conditions. */
  readonly labels: Labels;
  /** Whether the instance took all of it; why not. */
  readonly onRound: (taken: boolean, reason: string | undefined) => void;
  readonly timeoutMs: number;
}

const EVERY_MS = 60_000;

/** Tells one Alertmanager every minute what is the case: it keeps alerts in memory only, and drops what is not repeated. */
export function startResending(options: ResendOptions): Loop {
  const { conditions, clock } = options;
  const loop = startLoop((signal) => sendAll(options, signal), {
    clock,
    everyMs: EVERY_MS,
    onError: (error) => options.onRound(false, error instanceof Error ? error.message : String(error)),
  });
  conditions.onChange(() => loop.wake());
  return loop;
}

async function sendAll(options: ResendOptions, signal: AbortSignal): Promise<void> {
  const { store, clock, links } = options;
  if (!(await sendConditions(options, signal))) return;
  for (let after = ''; ; ) {
    const page = store.held.page(after, ALERTS_PER_REQUEST);
    const alerts = page.map(({ held, resolvedMs }) =>
      postable(held, { nowMs: clock.now(), resolvedMs, links }),
    );
    const taken = await send(options, alerts, signal);
    if (taken !== true) return options.onRound(false, taken);
    const nowMs = clock.now();
    store.transaction(() => {
      for (const { held } of page) store.held.accepted(held.fingerprint, nowMs);
    });
    after = page.at(-1)?.held.fingerprint ?? '';
    if (page.length < ALERTS_PER_REQUEST) break;
  }
  options.onRound(true, undefined);
}

async function sendConditions(options: ResendOptions, signal: AbortSignal): Promise<boolean> {
  const { conditions, clock, labels } = options;
  const nowMs = clock.now();
  const alerts = [
    ...conditions.active.map((condition) => conditionAlert(condition, labels, nowMs + 5 * EVERY_MS)),
    ...conditions.ended(nowMs).map((condition) => conditionAlert(condition, labels, condition.endedMs)),
  ];
  const taken = await send(options, alerts, signal);
  if (taken !== true) options.onRound(false, taken);
  return taken === true;
}

/** True, or why not. An alert that Alertmanager will never take does not hold up the others. */
async function send(
  { sink, timeoutMs }: ResendOptions,
  alerts: readonly PostableAlert[],
  signal: AbortSignal,
): Promise<true | string> {
  if (alerts.length === 0) return true;
  const outcomes = await attempt(sink, { messages: alerts, timeoutMs, signal });
  const failed = outcomes.find(
    (outcome) => outcome.kind !== 'ok' && !(outcome.kind === 'permanent' && outcome.scope === 'message'),
  );
  return failed === undefined || failed.kind === 'ok' ? true : failed.reason;
}

const conditionAlert = (condition: Condition, labels: Labels, endsMs: number): PostableAlert => ({
  labels: {
    ...labels,
    ...condition.labels,
    alertname: condition.name,
    rule: 'detector',
    severity: condition.severity,
  },
  annotations: { summary: condition.summary },
  startsAt: new Date(Math.min(condition.sinceMs, endsMs - 1)).toISOString(),
  endsAt: new Date(endsMs).toISOString(),
});

/** Most alerts that are held at once: more than anybody would read, and twenty megabytes a minute. */
const MOST_HELD = 10_000;
/** A resolved alert is told a few times: an answer may be lost, an instance may be down. */
const TOLD_RESOLVED_MS = 300_000;

/**
 * Ends what is over. An alert is never resolved before somebody has taken it and had time to notify: it would be as if
 * it had never been. Returns the fingerprints that are resolved now, and how many had to give way.
 */
export function settleHeld(
  store: Store,
  nowMs: number,
): { readonly resolved: readonly string[]; readonly dropped: number } {
  return store.transaction(() => {
    const resolved: string[] = [];
    for (let after = ''; ; ) {
      const page = store.held.page(after, 500);
      for (const stored of page) {
        if (isOver(stored, nowMs)) {
          store.held.resolve(stored.held.fingerprint, nowMs);
          resolved.push(stored.held.fingerprint);
        }
        if (isForgotten(stored, nowMs)) store.held.remove(stored.held.fingerprint);
      }
      after = page.at(-1)?.held.fingerprint ?? '';
      if (page.length < 500) break;
    }
    return { resolved, dropped: store.held.shed(MOST_HELD) };
  });
}

const isOver = ({ held, acceptedMs, resolvedMs }: StoredHeld, nowMs: number): boolean =>
  resolvedMs === undefined &&
  acceptedMs !== undefined &&
  nowMs >= held.heldUntilMs &&
  nowMs - acceptedMs >= LEAST_HOLD_MS;

const isForgotten = ({ resolvedMs }: StoredHeld, nowMs: number): boolean =>
  resolvedMs !== undefined && nowMs - resolvedMs > TOLD_RESOLVED_MS;
