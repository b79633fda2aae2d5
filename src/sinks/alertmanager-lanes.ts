import type { Clock } from '../clock.ts';
import type { Env } from '../config/env.ts';
import type { Settings } from '../config/schema.ts';
import { createHttpAccess, type HttpAccess } from '../http-access.ts';
import type { Loop } from '../loop.ts';
import type { Store } from '../state/store.ts';
import { ALERTS_PER_REQUEST, createAlertmanagerSink, laneOfAlertmanager } from './alertmanager.ts';
import { type PostableAlert, postable } from './alertmanager-alert.ts';
import { startResending } from './alertmanager-resend.ts';
import type { Conditions } from './conditions.ts';
import { type DeliveryObserver, type Lane, startLane } from './deliver.ts';
import type { Links } from './links.ts';

export interface AlertmanagerLanesOptions {
  readonly settings: NonNullable<Settings['alertmanager']>;
  readonly env: Env;
  readonly store: Store;
  readonly clock: Clock;
  readonly observer: DeliveryObserver;
  readonly links: Links;
  readonly conditions: Conditions;
  /** After each minute's round of one instance. */
  readonly onRound: (url: string, taken: boolean, reason: string | undefined) => void;
}

export interface AlertmanagerLanes {
  readonly lanes: readonly Lane[];
  readonly resending: readonly Loop[];
  readonly instances: readonly { readonly url: string; readonly access: HttpAccess }[];
}

const TIMEOUT_MS = 10_000;
/** Alerts of a burst go in few requests, without making a single one wait noticeably. */
const PACE_MS = 20;

/** Every instance gets every alert, from a queue of its own: one that is down delays none. */
export function startAlertmanagerLanes(options: AlertmanagerLanesOptions): AlertmanagerLanes {
  const { settings, env } = options;
  const instances = settings.urls.map((url) => ({ url, access: createHttpAccess(settings, env) }));
  const started = instances.map((instance) => startInstance(instance, options));
  return {
    lanes: started.map(({ lane }) => lane),
    resending: started.map(({ resending }) => resending),
    instances,
  };
}

function startInstance(
  { url, access }: AlertmanagerLanes['instances'][number],
  { settings, store, clock, observer, links, conditions, onRound }: AlertmanagerLanesOptions,
): { readonly lane: Lane; readonly resending: Loop } {
  const sink = createAlertmanagerSink({ url, access });
  const lane = startLane<PostableAlert>({
    lane: laneOfAlertmanager(url),
    sink,
    store,
    clock,
    observer,
    timeoutMs: TIMEOUT_MS,
    paceMs: PACE_MS,
    select: (due) => due.slice(0, ALERTS_PER_REQUEST),
    load: ({ subject }) => {
      const stored = store.held.read(subject);
      if (stored === undefined) return { kind: 'gone' };
      const { held, resolvedMs } = stored;
      return { kind: 'message', message: postable(held, { nowMs: clock.now(), resolvedMs, links }) };
    },
    noted: ({ subject }) => store.held.accepted(subject, clock.now()),
  });
  const resending = startResending({
    sink,
    store,
    clock,
    links,
    conditions,
    labels: settings.labels,
    timeoutMs: TIMEOUT_MS,
    onRound: (taken, reason) => onRound(url, taken, reason),
  });
  return { lane, resending };
}
