import type { Decoder } from '../decoders/decoder.ts';
import { type FieldReader, pathReader } from './path-reader.ts';

/** Readers of one decoder's events: its derived fields by name, everything else by path in the document. */
export const createReaders = (decoder: Pick<Decoder, 'fields'>): ((field: string) => FieldReader) => {
  const known = new Map<string, FieldReader>();
  return (field) => {
    const reader =
      known.get(field) ??
      (Object.hasOwn(decoder.fields, field) ? decoder.fields[field]?.read : undefined) ??
      pathReader(field);
    known.set(field, reader);
    return reader;
  };
};
