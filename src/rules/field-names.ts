import type { Place } from '../errors.ts';
import type { Format } from '../event.ts';
import { suggest } from '../nearest.ts';
import type { Report } from './report.ts';

/**
 * First segments that belong to decoders. A field below one of them must be declared by the decoder of the rule's
 * log source: a typing error there would be a rule that can never fire.
 */
const DERIVED_NAMESPACES = new Set([
  'k8s',
  'net',
  'vault',
  'sshd',
  'packet',
  'pf',
  'vlmcsd',
  'rbac',
  'event',
]);

export type CheckField = (field: string, place: Place) => void;

export const createFieldCheck = (
  format: Format | undefined,
  derived: readonly string[],
  report: Report,
): CheckField => {
  const known = new Set(derived);
  return (field, place) => {
    // Any JSON log may have any keys.
    if (format === undefined || format === 'json') return;
    const segments = field.split('.');
    if (/\s/.test(field) || segments.includes(''))
      report.mistake(place, `\`${field}\` is no field name: a dotted path without spaces and empty parts`);
    else if (segments.length > 1 && DERIVED_NAMESPACES.has(segments[0] ?? '') && !known.has(field))
      report.mistake(place, `${format} has no field \`${field}\`: ${suggest(field, derived)}`);
  };
};
