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

/** D4: a line says that it was written long before, or after, it was received: a clock is wrong or lines come late. */
export const createClock = ({ lateness }: ClockOptions): Monitor => ({
  event(event) {
    const received = event.line.time;
    const written = writtenAt(event);
    if (received === undefined || written === undefined) return NOTHING;
    const late = received - written;
    if (late <= lateness && late >= -AHEAD) return NOTHING;
    const reason = late < 0 ? 'future' : 'late';
    return [
      {
        kind: 'clock',
        stream: event.stream,
        line: event.line,
        time: received,
        subject: reason,
        facts: { reason, seconds: Math.round(Math.abs(late) / SECOND) },
      },
    ];
  },
});

/** A Kubernetes request is received long before its last line is written (a watch, a shell). */
const writtenAt = ({ format, doc, time }: Event): Micros | undefined => {
  if (format !== 'kube-audit') return time;
  const stamp =
    typeof doc === 'object' && doc !== null && 'stageTimestamp' in doc ? doc.stageTimestamp : undefined;
  return typeof stamp === 'string' ? (parseRfc3339(stamp) ?? time) : time;
};
