import type { Writable } from 'node:stream';
import type { Told } from '../alert.ts';
import { formatRfc3339 } from '../time.ts';
import { findingJson } from './finding-json.ts';
import type { Outcome, Sink } from './sink.ts';
import { toTerminal } from './terminal-text.ts';

/** A finding as it happens, with the moment at which its line was read. */
export interface Live {
  readonly told: Told;
  readonly seenMs: number;
}

export interface StdoutOptions {
  readonly stream: Writable;
  /** `line`: for people; repeats only at 10, 100, 1000. `ndjson`: for programs; every finding. */
  readonly form: 'line' | 'ndjson';
}

/** Prints findings of `run` as they come. Nothing is kept for a reader that is not there. */
export function createStdoutSink({ stream, form }: StdoutOptions): Sink<Live> {
  return {
    name: 'stdout',
    idempotent: false,
    deliver: async (batch, signal) => {
      const text = batch.map((live) => (form === 'ndjson' ? jsonOf(live) : lineOf(live))).join('');
      const outcome = text === '' ? ({ kind: 'ok' } as const) : await write(stream, text, signal);
      return batch.map(() => outcome);
    },
  };
}

const jsonOf = ({ told, seenMs }: Live): string => `${findingJson(told, seenMs * 1000)}\n`;

function lineOf({ told: { finding, alert }, seenMs }: Live): string {
  const isRepeat = alert.state === 'repeat';
  if (isRepeat && !/^10+$/.test(String(alert.count))) return '';
  const time = formatRfc3339(finding.time ?? seenMs * 1000).slice(0, 19);
  const times = isRepeat ? ` (×${alert.count})` : '';
  const raised = alert.state === 'raised' ? ' (raised)' : '';
  return `${time}Z ${alert.severity.toUpperCase().padEnd(8)} ${toTerminal(`${finding.rule} ${finding.summary}`)}${times}${raised}\n`;
}

const write = (stream: Writable, text: string, signal: AbortSignal): Promise<Outcome> =>
  new Promise((resolve) => {
    const lost = (): void => resolve({ kind: 'unknown', reason: 'stopped while writing' });
    if (signal.aborted) {
      lost();
      return;
    }
    signal.addEventListener('abort', lost, { once: true });
    stream.write(text, (error) => {
      signal.removeEventListener('abort', lost);
      if (error)
        resolve({ kind: 'permanent', scope: 'sink', reason: `nobody reads the output: ${error.message}` });
      else resolve({ kind: 'ok' });
    });
  });
