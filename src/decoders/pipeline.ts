import type { Event } from '../event.ts';
import type { Decoder, DerivedField } from './decoder.ts';

const fromDoc = (type: DerivedField['type'], key: string, about: string): DerivedField => ({
  type,
  about,
  read: ({ doc }: Event) =>
    typeof doc === 'object' && doc !== null ? (doc as Readonly<Record<string, unknown>>)[key] : undefined, // an object by the two checks
});

const FIELDS: Readonly<Record<string, DerivedField>> = {
  'event.time': { type: 'number', about: 'when it was noticed, in the time of the log', read: (e) => e.time },
  'event.actor': { type: 'string', about: 'whose request shows it, where one does', read: (e) => e.actor },
  'event.object': { type: 'string', about: 'what it is about', read: (e) => e.object },
  'net.peer': { type: 'string', about: 'address of the request that shows it', read: (e) => e.peer },
  'pipeline.kind': fromDoc('string', 'kind', 'what was noticed'),
  'pipeline.stream': fromDoc('string', 'stream', 'the stream it concerns'),
  'pipeline.subject': fromDoc('string', 'subject', 'what it is about: a field, a list, a request'),
  'pipeline.reason': fromDoc('string', 'reason', 'why, in one word'),
  'pipeline.detail': fromDoc('string', 'detail', 'why, in one sentence'),
  'pipeline.rules': fromDoc('string', 'rules', 'rules that are concerned'),
  'pipeline.seconds': fromDoc('number', 'seconds', 'how long, how far'),
  'pipeline.usual_seconds': fromDoc('number', 'usual_seconds', 'how long it ever was before'),
  'pipeline.count': fromDoc('number', 'count', 'how many'),
};

/**
 * Fields of what the detector notices about its own input (`watch/`). No line is decoded as such: otherwise whoever
 * writes a log could forge it.
 */
export const createPipeline = (): Decoder => ({
  format: 'pipeline',
  fields: FIELDS,
  decode: (line) => [{ line, reason: 'other-kind', detail: 'what the detector notices comes from no log' }],
});
