import { createBoundedCache } from '../bounded-cache.ts';
import { object, text } from '../decoders/narrow.ts';
import type { Monitor } from './monitor.ts';
import { NOTHING } from './monitor.ts';

const REMEMBERED = 50_000;

/** D5: the client chooses `auditID`; one that stands on different requests hides them from whoever counts by it. */
export const createAuditIds = (): Monitor => {
  const requests = createBoundedCache<string, string>(REMEMBERED);
  return {
    event(event) {
      if (event.format !== 'kube-audit') return NOTHING;
      const id = text(object(event.doc)?.['auditID']);
      if (id === undefined) return NOTHING;
      const { key } = event.occurrence;
      const own = `${event.stream}\n${id}`;
      const known = requests.get(own);
      if (known === undefined) requests.set(own, key);
      if (known === undefined || known === key) return NOTHING;
      requests.set(own, key);
      return [
        {
          kind: 'audit-id',
          stream: event.stream,
          line: event.line,
          time: event.time,
          subject: event.object ?? 'a request',
          facts: { reason: 'reused' },
          actor: event.actor,
          peer: event.peer,
        },
      ];
    },
  };
};
