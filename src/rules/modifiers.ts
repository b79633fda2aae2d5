import type { Place } from '../errors.ts';
import { suggest } from '../nearest.ts';
import type { Report } from './report.ts';

/** How a value is compared; `equals` when no modifier says otherwise. */
export type Comparison =
  | 'equals'
  | 'contains'
  | 'startswith'
  | 'endswith'
  | 're'
  | 'cidr'
  | 'exists'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'fieldref';

type Role = { readonly comparison: Comparison } | { readonly option: Option };
type Option = 'all' | 'cased' | 'expand' | 'i' | 'm' | 's';

/** The modifiers of the profile. What each comparison does with a value is in `field-values.ts`. */
const MODIFIERS: Readonly<Record<string, Role>> = {
  contains: { comparison: 'contains' },
  startswith: { comparison: 'startswith' },
  endswith: { comparison: 'endswith' },
  re: { comparison: 're' },
  cidr: { comparison: 'cidr' },
  exists: { comparison: 'exists' },
  gt: { comparison: 'gt' },
  gte: { comparison: 'gte' },
  lt: { comparison: 'lt' },
  lte: { comparison: 'lte' },
  fieldref: { comparison: 'fieldref' },
  all: { option: 'all' },
  cased: { option: 'cased' },
  expand: { option: 'expand' },
  i: { option: 'i' },
  m: { option: 'm' },
  s: { option: 's' },
};

/** Which options each comparison can take. */
const OPTIONS: Readonly<Record<Comparison, readonly Option[]>> = {
  equals: ['all', 'cased', 'expand'],
  contains: ['all', 'cased', 'expand'],
  startswith: ['all', 'cased', 'expand'],
  endswith: ['all', 'cased', 'expand'],
  re: ['all', 'i', 'm', 's'],
  cidr: ['all'],
  exists: [],
  gt: [],
  gte: [],
  lt: [],
  lte: [],
  fieldref: ['all', 'cased'],
};

/** Sigma's modifiers that the profile leaves out, with what to write instead. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  neq: 'write `not` in the condition',
  windash: 'list both spellings',
  base64: 'write the encoded text',
  base64offset: 'list the encoded texts',
  wide: 'write the decoded text',
  utf16: 'write the decoded text',
  utf16le: 'write the decoded text',
  utf16be: 'write the decoded text',
  minute: 'times are compared by correlation only',
  hour: 'times are compared by correlation only',
  day: 'times are compared by correlation only',
  week: 'times are compared by correlation only',
  month: 'times are compared by correlation only',
  year: 'times are compared by correlation only',
};

/** For the page that describes them. */
export const MODIFIER_NAMES = { known: Object.keys(MODIFIERS), leftOut: Object.keys(LEFT_OUT) };

export interface Modifiers {
  readonly comparison: Comparison;
  readonly options: ReadonlySet<Option>;
}

/** A modifier with its place. */
export interface NamedModifier {
  readonly name: string;
  readonly place: Place;
}

/** Resolves `contains`, `all`, … of one field; undefined after a mistake, because values then mean nothing. */
export const resolveModifiers = (named: readonly NamedModifier[], report: Report): Modifiers | undefined => {
  const before = report.mistakes.length;
  let comparison: Comparison = 'equals';
  const options = new Set<Option>();
  for (const { name, place } of named) {
    const role = Object.hasOwn(MODIFIERS, name) ? MODIFIERS[name] : undefined;
    if (role === undefined) report.mistake(place, unknown(name));
    else if ('option' in role) {
      if (options.has(role.option)) report.mistake(place, `the modifier \`${name}\` is here twice`);
      options.add(role.option);
    } else if (comparison === 'equals') comparison = role.comparison;
    else if (comparison === role.comparison) report.mistake(place, `the modifier \`${name}\` is here twice`);
    else
      report.mistake(
        place,
        `\`${comparison}\` and \`${name}\` exclude each other: a field has one comparison`,
      );
  }
  for (const { name, place } of named) {
    const role = Object.hasOwn(MODIFIERS, name) ? MODIFIERS[name] : undefined;
    if (role === undefined || 'comparison' in role || OPTIONS[comparison].includes(role.option)) continue;
    report.mistake(place, `\`${name}\` does not go with \`${comparison}\`: ${goesWith(role.option)}`);
  }
  return report.mistakes.length === before ? { comparison, options } : undefined;
};

const unknown = (name: string): string => {
  if (name === '') return 'the name of a modifier is missing after `|`';
  const instead = Object.hasOwn(LEFT_OUT, name) ? LEFT_OUT[name] : undefined;
  if (instead !== undefined) return `the Sigma modifier \`${name}\` is not in the profile: ${instead}`;
  return `unknown modifier \`${name}\`: ${suggest(name, Object.keys(MODIFIERS))}`;
};

const goesWith = (option: Option): string => {
  const names = Object.entries(OPTIONS).flatMap(([name, options]) =>
    options.includes(option) ? [name] : [],
  );
  return `it goes with ${names.join(', ')}`;
};
