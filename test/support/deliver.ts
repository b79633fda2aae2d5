import { onTestFinished } from 'vitest';
import { type Clock, wallClock } from '../../src/clock.ts';
import { type Delivery, type DeliveryOptions, startDelivery } from '../../src/delivery.ts';
import type { DeliveryObserver } from '../../src/sinks/deliver.ts';
import { openStore, type Store } from '../../src/state/store.ts';
import { scratchFolder } from './scratch.ts';

export interface Seen extends DeliveryObserver {
  /** `lane outcome`, with the number of messages. */
  readonly counts: ReadonlyMap<string, number>;
  /** Reasons and troubles, in words. */
  readonly said: readonly string[];
}

export function createSeen(): Seen {
  const counts = new Map<string, number>();
  const said: string[] = [];
  return {
    counts,
    said,
    delivered: (lane, outcome, count, reason) => {
      const key = `${lane} ${outcome}`;
      counts.set(key, (counts.get(key) ?? 0) + count);
      if (reason !== undefined) said.push(`${key} ${reason}`);
    },
    blocked: (lane, reason) => void said.push(`${lane} blocked ${reason}`),
    recovered: (lane) => void said.push(`${lane} recovered`),
    fatal: (error) => void said.push(`fatal ${String(error)}`),
  };
}

export const slackSettings = (
  apiUrl: string,
  changes: Partial<NonNullable<DeliveryOptions['settings']['slack']>> = {},
) => ({
  token: { variable: 'SLACK_TOKEN' },
  channel: '#security',
  routes: [],
  api_url: apiUrl,
  ...changes,
});

export const alertmanagerSettings = (...urls: readonly string[]) => ({
  urls: [...urls],
  labels: { lane: 'security' },
});

export const plainSurroundings: DeliveryOptions['surroundings'] = {
  quietPeriodMsOf: () => 3_600_000,
  nameOf: (rule) => `${rule}-test`,
  selectorOf: () => '{job="kubernetes-audit"}',
  runbookOf: (rule) => `https://example.org/runbook/${rule}`,
  nodeOf: () => undefined,
};

export interface StartOptions {
  readonly settings: DeliveryOptions['settings'];
  readonly clock?: Clock;
  readonly folder?: string;
  readonly surroundings?: Partial<DeliveryOptions['surroundings']>;
}

export interface Started {
  readonly delivery: Delivery;
  readonly store: Store;
  readonly seen: Seen;
  /** As on SIGTERM; the store can be opened again afterwards. */
  stop(): Promise<void>;
}

/** A delivery over a store in a scratch folder, stopped with the test. */
export async function startTestDelivery({
  settings,
  clock = wallClock,
  folder,
  surroundings,
}: StartOptions): Promise<Started> {
  const store = await openStore({ folder: folder ?? (await scratchFolder()), nowMs: clock.now() });
  const seen = createSeen();
  const delivery = await startDelivery({
    settings,
    env: { SLACK_TOKEN: 'xoxb-0000-secret-token' },
    store,
    clock,
    observer: seen,
    surroundings: { ...plainSurroundings, ...surroundings },
  });
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await delivery.close(0);
    store.close();
  };
  onTestFinished(stop);
  return { delivery, store, seen, stop };
}
