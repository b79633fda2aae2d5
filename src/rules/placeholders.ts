import { suggest } from '../nearest.ts';
import type { Text } from './read-keys.ts';
import type { Report } from './report.ts';

export type Lists = ReadonlyMap<string, readonly string[]>;

const PLACEHOLDER = /^%([\w-]+)%$/;

export const placeholderName = (text: string): string | undefined => PLACEHOLDER.exec(text)?.[1];

/** Entries of the list that `%name%` stands for; an unknown list is a mistake, an empty one is not. */
export const resolvePlaceholder = (text: Text, lists: Lists, report: Report): readonly string[] => {
  const name = placeholderName(text.value);
  if (name === undefined) {
    report.mistake(text.place, '`expand` needs the name of a list as the whole value: `%name%`');
    return [];
  }
  const entries = lists.get(name);
  if (entries === undefined)
    report.mistake(
      text.place,
      `the configuration has no list \`${name}\`: ${suggest(name, [...lists.keys()])}`,
    );
  return entries ?? [];
};
