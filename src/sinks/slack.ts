import type { Digest } from './digest.ts';
import type { Outcome, Sink } from './sink.ts';
import { renderBurst } from './slack-burst.ts';
import type { Posted, SlackClient } from './slack-client.ts';
import { renderDigest } from './slack-digest.ts';
import type { SlackFailure } from './slack-errors.ts';
import {
  type AlertView,
  LEVELS,
  type Level,
  type RenderContext,
  renderAlert,
  section,
} from './slack-message.ts';
import { slackCode, slackText } from './slack-text.ts';

/** Where a message stands. */
export interface Place {
  readonly channel: string;
  readonly ts: string;
}

export type SlackMessage =
  | { readonly kind: 'alert'; readonly view: AlertView }
  /** The counter of a message that stands. */
  | { readonly kind: 'count'; readonly view: AlertView; readonly place: Place }
  | {
      readonly kind: 'thread';
      readonly place: Place;
      readonly peers: readonly string[];
      readonly objects: readonly string[];
    }
  | { readonly kind: 'digest'; readonly digest: Digest }
  | { readonly kind: 'notice'; readonly text: string };

export interface SlackSinkOptions {
  readonly channel: string;
  readonly client: SlackClient;
  readonly context: RenderContext;
}

export const laneOfChannel = (channel: string): string => `slack:${channel}`;

/** `channel/ts`, where a message was put. */
export const placeOfReceipt = (receipt: string): Place => {
  const slash = receipt.lastIndexOf('/');
  return { channel: receipt.slice(0, slash), ts: receipt.slice(slash + 1) };
};

/**
 * One Slack channel. Several alerts in one batch become one message with a line for each actor. Slack knows no
 * idempotency: when an answer is lost, the message may come twice, and the second says so. That is the one case in which
 * anything is told twice.
 */
export function createSlackSink({ channel, client, context }: SlackSinkOptions): Sink<SlackMessage> {
  const one = (message: SlackMessage, signal: AbortSignal): Promise<Posted | SlackFailure> => {
    switch (message.kind) {
      case 'alert':
        return degrading(message.view, (rendered) => client.post({ ...rendered, channel }, signal), context);
      case 'count':
        return degrading(
          message.view,
          (rendered) => client.update({ ...rendered, ...message.place }, signal),
          context,
        );
      case 'thread': {
        const text = threadText(message);
        return client.post(
          { text, blocks: [section(text)], channel: message.place.channel, threadTs: message.place.ts },
          signal,
        );
      }
      case 'digest':
        return client.post({ ...renderDigest(message.digest), channel }, signal);
      case 'notice': {
        const text = slackText(message.text, 2_900);
        return client.post({ text, blocks: [section(text)], channel }, signal);
      }
    }
  };
  return {
    name: laneOfChannel(channel),
    idempotent: false,
    deliver: async (batch, signal) => {
      const [message] = batch;
      if (message === undefined) return [];
      const views = batch.flatMap((item) => (item.kind === 'alert' ? [item.view] : []));
      const result =
        views.length > 1
          ? await client.post({ ...renderBurst(views, context), channel }, signal)
          : await one(message, signal);
      return batch.map(() => outcomeOf(result));
    },
  };
}

const outcomeOf = (result: Posted | SlackFailure): Outcome =>
  result.kind === 'ok' ? { kind: 'ok', receipt: `${result.channel}/${result.ts}` } : result;

type Send = (rendered: {
  readonly text: string;
  readonly blocks: ReturnType<typeof renderAlert>['blocks'];
}) => Promise<Posted | SlackFailure>;

/** Leaves out more and more of what Slack refuses: a plain sentence is better than nothing. */
async function degrading(
  view: AlertView,
  send: Send,
  context: RenderContext,
): Promise<Posted | SlackFailure> {
  for (let level: Level | undefined = 'full'; ; ) {
    const { text, blocks, level: used } = renderAlert(view, context, level);
    const result = await send({ text, blocks });
    level = LEVELS[LEVELS.indexOf(used) + 1];
    if (result.kind === 'ok' || result.refusedForm !== true || level === undefined) return result;
  }
}

function threadText({
  peers,
  objects,
}: {
  readonly peers: readonly string[];
  readonly objects: readonly string[];
}): string {
  const parts = [
    ...(peers.length > 0 ? [`Also from ${listed(peers)}`] : []),
    ...(objects.length > 0 ? [`Also on ${listed(objects)}`] : []),
  ];
  return parts.join('\n');
}

const listed = (values: readonly string[]): string => {
  const shown = values.slice(0, 8).map((value) => slackCode(value, 150));
  return values.length > 8 ? `${shown.join(', ')} and ${values.length - 8} more` : shown.join(', ');
};
