import type { Outcome, Sink } from './sink.ts';

interface Attempt<Message> {
  readonly messages: readonly Message[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Calls the sink, and does not wait longer than allowed, whatever it does. */
export async function attempt<Message>(
  sink: Sink<Message>,
  { messages, timeoutMs, signal }: Attempt<Message>,
): Promise<readonly Outcome[]> {
  const all = (outcome: Outcome): readonly Outcome[] => messages.map(() => outcome);
  const lost = (reason: string): readonly Outcome[] =>
    all({ kind: sink.idempotent ? 'retry' : 'unknown', reason });
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('stopped'));
  const given = new Promise<readonly Outcome[]>((resolve) => {
    controller.signal.addEventListener('abort', () => {
      const { reason } = controller.signal;
      resolve(lost(reason instanceof Error ? reason.message : 'stopped'));
    });
  });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([sink.deliver(messages, controller.signal), given]);
  } catch (error) {
    // A sink must not reject; one that does may have sent something.
    return lost(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
