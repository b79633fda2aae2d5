import type { LabelOptions } from '../alerts/labels.ts';
import type { Silences } from '../alerts/silences.ts';
import type { Clock } from '../clock.ts';
import type { Env } from '../config/env.ts';
import { readSecret } from '../config/read.ts';
import type { Settings } from '../config/schema.ts';
import { secretOf } from '../config/secret.ts';
import type { Store } from '../state/store.ts';
import { type DeliveryObserver, type Lane, startLane } from './deliver.ts';
import { createSlackSink, laneOfChannel, placeOfReceipt, type SlackMessage } from './slack.ts';
import { createSlackClient, type SlackClient } from './slack-client.ts';
import { isChannelTrouble } from './slack-errors.ts';
import { createSlackLoad } from './slack-load.ts';
import type { RenderContext } from './slack-message.ts';
import { createSlackSelect } from './slack-select.ts';

export interface SlackLanesOptions {
  readonly settings: NonNullable<Settings['slack']>;
  readonly env: Env;
  readonly store: Store;
  readonly clock: Clock;
  readonly observer: DeliveryObserver;
  readonly labels: LabelOptions;
  readonly quietPeriodMsOf: (rule: string) => number;
  readonly silences: (nowMs: number) => Silences;
  readonly context: RenderContext;
}

const TIMEOUT_MS = 10_000;
/** Slack takes about one message a second in a channel, and fifty changes a minute. */
const PACE_MS = 1_200;

export function slackClientOf(settings: NonNullable<Settings['slack']>, env: Env): SlackClient {
  const secret = secretOf(settings.token, settings.token_file);
  return createSlackClient({
    token: async () => {
      if (secret === undefined) throw new Error('no token: set slack.token_file or slack.token');
      return readSecret(secret, env);
    },
    apiUrl: settings.api_url,
    timeoutMs: TIMEOUT_MS,
  });
}

export const channelsOf = ({ channel, routes }: NonNullable<Settings['slack']>): readonly string[] => [
  ...new Set([channel, ...routes.map((route) => route.channel)]),
];

/** One lane for each channel. What a routed channel refuses goes to the default one, which says whom it was meant for. */
export function startSlackLanes(options: SlackLanesOptions): readonly Lane[] {
  const { settings, env } = options;
  const client = slackClientOf(settings, env);
  const lanes = new Map<string, Lane>();
  for (const channel of channelsOf(settings)) {
    lanes.set(
      channel,
      startChannel({ ...options, channel, client, wakeDefault: () => lanes.get(settings.channel)?.wake() }),
    );
  }
  return [...lanes.values()];
}

interface ChannelOptions extends SlackLanesOptions {
  readonly channel: string;
  readonly client: SlackClient;
  readonly wakeDefault: () => void;
}

function startChannel(options: ChannelOptions): Lane {
  const { channel, client, settings, store, clock, observer, context } = options;
  const lane = laneOfChannel(channel);
  return startLane<SlackMessage>({
    lane,
    sink: createSlackSink({ channel, client, context }),
    store,
    clock,
    observer,
    timeoutMs: TIMEOUT_MS + 1_000,
    paceMs: PACE_MS,
    select: createSlackSelect(),
    load: createSlackLoad(options),
    noted: (_, message, { receipt }, batch) => {
      if (message.kind !== 'alert' || receipt === undefined) return;
      const place = placeOfReceipt(receipt);
      store.alerts.posted(message.view.record.id, { ...place, lane, shared: batch > 1 }, clock.now());
    },
    onBlocked: (reason) => {
      if (channel === settings.channel || !isChannelTrouble(reason)) return false;
      store.outbox.move(lane, laneOfChannel(settings.channel));
      options.wakeDefault();
      return true;
    },
  });
}
