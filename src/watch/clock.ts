import { type Event, type Micros, SECOND } from '../event.ts';
import { parseRfc3339 } from '../time.ts';
import type { Monitor } from './monitor.ts';
import { NOTHING } from './monitor.ts';

export interface ClockOptions {
  /** How far behind its record a line may be (`loki.lateness`). */
  readonly lateness: Micros;
}

/** Loki takes stamps of up to ten minutes ahead; a clock that is right is never a minute ahead. */
const AHEAD: Micros = 60 * SECOND;

/** One line tells as much as the thousands beside it that an agent brings when it catches up. */
const AGAIN: Micros = 3_600 * SECOND;

/** D4: a line says that it was written long before, or after, it was received: a clock is wrong or lines come late. */
export const createClock = ({ lateness }: ClockOptions): Monitor => {
  // By stream and reason, so it is bounded by the configuration.
  const told = new Map<string, Micros>();
  return {
    event(event) {
      const received = event.line.time;
      const written = writtenAt(event);
      if (received === undefined || written === undefined) return NOTHING;
      const late = received - written;
      if (late <= lateness && late >= -AHEAD) return NOTHING;
      const { stream, line } = event;
      const reason = late < 0 ? 'future' : 'late';
      const key = `${stream} ${reason}`;
      if (Math.abs(received - (told.get(key) ?? Number.NEGATIVE_INFINITY)) < AGAIN) return NOTHING;
      told.set(key, received);
      const facts = { reason, seconds: Math.round(Math.abs(late) / SECOND) };
      return [{ kind: 'clock', stream, line, time: received, subject: reason, facts }];
    },
  };
};

/** A Kubernetes request is received long before its last line is written (a watch, a shell). */
const writtenAt = ({ format, doc, time }: Event): Micros | undefined => {
  if (format !== 'kube-audit') return time;
  const stamp =
    typeof doc === 'object' && doc !== null && 'stageTimestamp' in doc ? doc.stageTimestamp : undefined;
  return typeof stamp === 'string' ? (parseRfc3339(stamp) ?? time) : time;
};
