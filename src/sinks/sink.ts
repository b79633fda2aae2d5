/**
 * What became of one message.
 * - `ok`: the sink has it. `receipt` is what finds it again there (a Slack time stamp).
 * - `retry`: not now; `afterMs` where the sink said when.
 * - `permanent`: never like this. `message`: this one is at fault and is given up. `sink`: nothing will be taken until
 *   somebody repairs something (a token, a channel); everything waits, and it is said loudly.
 * - `unknown`: sent, but the answer was lost. It is sent again, because a message twice is better than none.
 * Reasons are for logs; `deliver` takes secrets and control characters out of them.
 */
export type Outcome =
  | { readonly kind: 'ok'; readonly receipt?: string; readonly note?: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'permanent'; readonly reason: string; readonly scope: 'message' | 'sink' }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Tells somebody outside. Lifecycle: `deliver` is called with one batch at a time and never again before its promise has
 * settled; it gives one outcome for each message, in their order, and does not reject. When the signal aborts (time is
 * up, or the detector stops), it gives up what it is doing and answers soon; whoever called does not wait for it. It
 * does not retry, queue, log or measure: `deliver.ts` does that, once, for all sinks.
 */
export interface Sink<Message> {
  readonly name: string;
  /** True when the same message twice is the same as once: a lost answer is then only a reason to try again. */
  readonly idempotent: boolean;
  deliver(batch: readonly Message[], signal: AbortSignal): Promise<readonly Outcome[]>;
}
