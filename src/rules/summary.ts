import { placeWithin } from '../yaml/yaml-tree.ts';
import type { Text } from './read-keys.ts';
import type { Report } from './report.ts';
import type { Summary } from './rule.ts';

/** Splits `{k8s.actor} read {k8s.secret}` into its slots; `checkField` sees the name of each. */
export const parseSummary = (
  text: Text,
  report: Report,
  checkField: (field: string, at: Text, index: number) => void,
): Summary => {
  const parts: (string | { field: string })[] = [];
  const source = text.value;
  let from = 0;
  for (const slot of source.matchAll(/\{([^{}]*)\}/g)) {
    if (slot.index > from) parts.push(source.slice(from, slot.index));
    from = slot.index + slot[0].length;
    const field = slot[1]?.trim() ?? '';
    parts.push({ field });
    if (field === '') report.mistake(placeWithin(text, slot.index), 'an empty slot `{}`: name a field in it');
    else checkField(field, text, slot.index + 1);
  }
  if (from < source.length) parts.push(source.slice(from));
  for (const part of parts) {
    const brace = typeof part === 'string' ? /[{}]/.exec(part) : null;
    if (brace !== null && typeof part === 'string')
      report.mistake(
        placeWithin(text, source.indexOf(part) + brace.index),
        `a \`${brace[0]}\` without its partner: slots are written {field}`,
      );
  }
  return parts;
};
