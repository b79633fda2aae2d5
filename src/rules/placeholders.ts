import type { Micros } from '../event.ts';
import { suggest } from '../nearest.ts';
import type { Text } from './read-keys.ts';
import type { Report } from './report.ts';

/** An entry of a list: its text, and for how long it counts where that has an end. */
export type ListValue = string | { readonly value: string; readonly until: Micros };

export type Lists = ReadonlyMap<string, readonly ListValue[]>;

const PLACEHOLDER = /^%([\w-]+)%$/;

export const placeholderName = (text: string): string | undefined => PLACEHOLDER.exec(text)?.[1];

/** Entries of the list that `%name%` stands for; an unknown list is a mistake, an empty one is not. */
export const resolvePlaceholder = (text: Text, lists: Lists, report: Report): readonly ListValue[] => {
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
