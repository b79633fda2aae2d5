import { object } from '../decoders/narrow.ts';
import { type Event, type Micros, SECOND } from '../event.ts';
import type { Monitor } from './monitor.ts';
import { NOTHING } from './monitor.ts';
import type { Observation } from './observation.ts';

/** The API server gives up on a request after a minute; a session has its second line when it begins. */
const GRACE: Micros = 120 * SECOND;
const MOST_OPEN = 50_000;

/** D6: a request that starts and never ends. Its last line was lost: the server could not write it, or somebody cut it out. */
export const createUnfinished = (): Monitor => {
  const open = new Map<string, Event>();
  let newest: Micros = Number.NEGATIVE_INFINITY;

  const overdue = (now: Micros): readonly Observation[] => {
    let found: Observation[] | undefined;
    for (const [key, event] of open) {
      // In order of arrival, which is nearly that of time.
      if (event.time !== undefined && now - event.time <= GRACE) break;
      open.delete(key);
      found = [...(found ?? []), unfinished(event)];
    }
    return found ?? NOTHING;
  };

  return {
    event(event) {
      if (event.format !== 'kube-audit' || event.time === undefined) return NOTHING;
      const { key } = event.occurrence;
      if (object(event.doc)?.['stage'] === 'RequestReceived') {
        if (open.size < MOST_OPEN) open.set(key, event);
      } else if (open.size > 0) open.delete(key);
      if (event.time <= newest) return NOTHING;
      newest = event.time;
      return overdue(newest);
    },
    tick: overdue,
    end: () => overdue(newest),
  };
};

const unfinished = (event: Event): Observation => ({
  kind: 'unfinished',
  stream: event.stream,
  line: event.line,
  time: event.time,
  subject: event.object ?? 'a request',
  facts: { reason: 'no-end', detail: String(object(event.doc)?.['verb'] ?? '') },
  actor: event.actor,
  peer: event.peer,
});
