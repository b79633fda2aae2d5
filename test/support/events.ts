import type { Event } from '../../src/event.ts';

/** An event of plain JSON. `text` is the raw line where that matters. */
export const jsonEvent = (doc: unknown, text = JSON.stringify(doc) ?? ''): Event => ({
  format: 'json',
  stream: 'json',
  line: { text, file: 'test.jsonl', number: 1, labels: undefined, time: undefined, notAfter: undefined },
  text,
  doc,
  time: undefined,
  evaluated: true,
  opens: false,
  occurrence: { key: text, counts: 'first-match', order: 0 },
  actor: undefined,
  peer: undefined,
  object: undefined,
  namespace: undefined,
  outcome: 'unknown',
});
