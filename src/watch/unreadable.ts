import type { Event, Reject } from '../event.ts';
import type { Monitor } from './monitor.ts';
import { NOTHING } from './monitor.ts';
import type { Observation } from './observation.ts';

/** Loki refuses longer lines (`max_line_size`, default 256 KB); what is nearly as long is worth a look. */
const NEAR_LIMIT = 256 * 1024 - 2048;

/** D2 and D3: lines that cannot be decoded, that are cut, or that only just were not. */
export const createUnreadable = (): Monitor => ({
  reject: (reject) => [rejected(reject)],
  event: (event) => {
    if (event.format === 'kube-audit' && isTruncated(event.doc))
      return [cut(event, 'truncated', 'the API server cut the bodies out of a long event')];
    if (event.text.length < NEAR_LIMIT) return NOTHING;
    return [cut(event, 'near-limit', `a line of ${event.text.length} characters; Loki drops longer ones`)];
  },
});

const rejected = ({ line, reason, detail }: Reject): Observation => ({
  kind: reason === 'truncated' || reason === 'oversized' ? 'cut' : 'undecodable',
  stream: line.file,
  line,
  time: line.time ?? line.notAfter,
  subject: reason,
  facts: { reason, detail },
});

const isTruncated = (doc: unknown): boolean => {
  if (typeof doc !== 'object' || doc === null || !('annotations' in doc)) return false;
  const { annotations } = doc;
  return (
    typeof annotations === 'object' &&
    annotations !== null &&
    'audit.k8s.io/truncated' in annotations &&
    annotations['audit.k8s.io/truncated'] === 'true'
  );
};

const cut = (event: Event, reason: string, detail: string): Observation => ({
  kind: 'cut',
  stream: event.stream,
  line: event.line,
  time: event.time,
  subject: event.object ?? reason,
  facts: { reason, detail },
  actor: event.actor,
  peer: event.peer,
});
