import type { Clock } from '../clock.ts';
import type { Store } from '../state/store.ts';
import { harmless } from './deliver.ts';
import { URGENCY } from './plan.ts';

export interface AlertmanagerStatus {
  readonly url: string;
  /** False until it has taken what it was told in a first round. */
  readonly up: boolean;
  readonly problem: string | undefined;
}

export interface AlertmanagerHealth {
  onRound(url: string, taken: boolean, reason: string | undefined): void;
  status(): readonly AlertmanagerStatus[];
}

interface HealthOptions {
  readonly urls: readonly string[];
  readonly store: Store;
  readonly clock: Clock;
  /** Where people are told; undefined without Slack. */
  readonly slackLane: string | undefined;
}

const TOLD_AFTER_MS = 300_000;

/** An Alertmanager that takes nothing for five minutes is mentioned in Slack, once a day: nobody else would say so. */
export function createAlertmanagerHealth({
  urls,
  store,
  clock,
  slackLane,
}: HealthOptions): AlertmanagerHealth {
  const states = new Map<string, { up: boolean; problem: string | undefined; downSinceMs: number }>();
  return {
    onRound: (url, taken, reason) => {
      const nowMs = clock.now();
      const before = states.get(url);
      const downSinceMs = before?.up === false ? before.downSinceMs : nowMs;
      const problem = taken ? undefined : harmless(reason ?? 'unknown');
      states.set(url, { up: taken, problem, downSinceMs });
      if (taken || slackLane === undefined || nowMs - downSinceMs < TOLD_AFTER_MS) return;
      const since = new Date(downSinceMs).toISOString().slice(0, 16);
      const text = `⚠️ Alertmanager ${url} takes no alerts since ${since}Z: ${problem}. Silences mute nothing until one can be asked again.`;
      store.outbox.put(noticeEntry({ lane: slackLane, subject: `alertmanager:${url}`, text, nowMs }), nowMs);
    },
    status: () =>
      urls.map((url) => ({ url, up: states.get(url)?.up ?? false, problem: states.get(url)?.problem })),
  };
}

interface Notice {
  readonly lane: string;
  readonly subject: string;
  readonly text: string;
  readonly nowMs: number;
}

/** A sentence of the detector's own, at most once a day for each subject. */
export const noticeEntry = ({ lane, subject, text, nowMs }: Notice) => ({
  lane,
  kind: 'notice',
  subject: `${subject}:${new Date(nowMs).toISOString().slice(0, 10)}`,
  urgency: URGENCY.notice,
  rule: 'detector',
  severity: 'warning' as const,
  first: true,
  payload: { text },
  notBeforeMs: nowMs,
  renewable: false,
});
