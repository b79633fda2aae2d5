import { expect, test } from 'vitest';
import { attempt } from '../../src/sinks/attempt.ts';
import { harmless } from '../../src/sinks/deliver.ts';
import type { Outcome, Sink } from '../../src/sinks/sink.ts';

/** How the other side behaves. `echo`: it fails and sends back what it was sent, credentials and all. */
export type Behaviour = 'takes' | 'busy' | 'refuses' | 'echo' | 'hangs';

export interface SinkUnderTest<Message> {
  readonly sink: Sink<Message>;
  readonly messages: readonly [Message, Message];
  /** Changes the other side. */
  readonly behave: Readonly<Record<Behaviour, () => void>>;
  readonly secrets: readonly string[];
}

/** What every sink promises. `make` is called for each test. */
export function describeSink<Message>(name: string, make: () => Promise<SinkUnderTest<Message>>): void {
  const deliver = async (behaviour: Behaviour, timeoutMs = 5_000): Promise<readonly Outcome[]> => {
    const { sink, messages, behave } = await make();
    behave[behaviour]();
    return attempt(sink, { messages, timeoutMs, signal: new AbortController().signal });
  };

  const kinds = (outcomes: readonly Outcome[]): readonly string[] => outcomes.map(({ kind }) => kind);

  test(`${name}: gives one outcome for each message that is taken`, async () => {
    expect(kinds(await deliver('takes'))).toEqual(['ok', 'ok']);
  });

  test(`${name}: an empty batch is nothing`, async () => {
    const { sink } = await make();
    expect(await sink.deliver([], new AbortController().signal)).toEqual([]);
  });

  test(`${name}: a busy other side is tried again`, async () => {
    expect(kinds(await deliver('busy'))).toEqual(['retry', 'retry']);
  });

  test(`${name}: a refusal is permanent`, async () => {
    expect(kinds(await deliver('refuses'))).toEqual(['permanent', 'permanent']);
  });

  test(`${name}: is not waited for longer than allowed`, async () => {
    const { sink } = await make();
    const outcomes = await deliver('hangs', 50);
    const lost = sink.idempotent ? 'retry' : 'unknown';
    expect(kinds(outcomes)).toEqual([lost, lost]);
  });

  test(`${name}: gives up by itself when it is cancelled, and does not reject`, async () => {
    const { sink, messages, behave } = await make();
    behave.hangs();
    const controller = new AbortController();
    const outcomes = sink.deliver(messages, controller.signal);
    setTimeout(() => controller.abort(), 20);
    for (const { kind } of await outcomes) expect(['retry', 'unknown']).toContain(kind);
  });

  test(`${name}: no secret is in any reason`, async () => {
    const { secrets } = await make();
    const outcomes = await deliver('echo');
    const reasons = outcomes.map((outcome) => (outcome.kind === 'ok' ? '' : harmless(outcome.reason)));
    expect(reasons.join('').length).toBeGreaterThan(0);
    for (const secret of secrets) expect(reasons.join()).not.toContain(secret);
  });
}
