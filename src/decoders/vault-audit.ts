import type { Line } from '../event.ts';
import type { DecodeContext, Decoded, Decoder } from './decoder.ts';
import { object } from './narrow.ts';
import { parseJson } from './parse-json.ts';
import { VaultEvent } from './vault-event.ts';
import { vaultFields } from './vault-fields.ts';

/** Decodes lines of Vault's (and OpenBao's) file audit device, with or without its `prefix` option. */
export const createVaultAudit = (context: DecodeContext): Decoder => ({
  format: 'vault-audit',
  fields: vaultFields,
  decode: (line, stream) => decode(line, stream, context),
});

const decode = (line: Line, stream: string, context: DecodeContext): Decoded => {
  const parsed = parseJson(withoutPrefix(line.text));
  if ('reason' in parsed) return [{ line, ...parsed }];
  const doc = object(parsed.doc);
  const type = doc?.['type'];
  if (doc === undefined || (type !== 'request' && type !== 'response')) {
    return [{ line, reason: 'other-kind', detail: 'no audit entry of type request or response' }];
  }
  return [new VaultEvent(line, stream, doc, context)];
};

const withoutPrefix = (line: string): string => {
  if (line.startsWith('{')) return line;
  const start = line.indexOf('{');
  return start < 0 ? line : line.slice(start);
};
