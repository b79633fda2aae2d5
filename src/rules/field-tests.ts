import { suggest } from '../nearest.ts';
import { placeWithin, type YamlEntry, type YamlScalar } from '../yaml/yaml-tree.ts';
import type { CheckField } from './field-names.ts';
import { READ_VALUE } from './field-values.ts';
import { type NamedModifier, resolveModifiers } from './modifiers.ts';
import { type Lists, placeholderName } from './placeholders.ts';
import { isText } from './read-keys.ts';
import type { Profile, Report } from './report.ts';
import type { FieldTest, KeywordTest, TextTest, ValueTest } from './rule.ts';

export interface DetectionContext {
  readonly lists: Lists;
  readonly zones: readonly string[];
  readonly profile: Profile;
  readonly report: Report;
  readonly checkField: CheckField;
}

const ZONES_FIELD = 'net.zones';

/** The parts of `field|modifier|modifier`, each with its place. */
const splitKey = ({ key, keyNode }: YamlEntry): { field: string; modifiers: readonly NamedModifier[] } => {
  const [field = '', ...names] = key.split('|');
  let index = field.length + 1;
  const modifiers = names.map((name) => {
    const place = placeWithin(keyNode, index);
    index += name.length + 1;
    return { name, place };
  });
  return { field, modifiers };
};

/** The scalars of one field, or undefined after a mistake. */
const scalarsOf = (entry: YamlEntry, report: Report): readonly YamlScalar[] | undefined => {
  const { value } = entry;
  if (value.kind === 'scalar') return [value];
  if (value.kind === 'map') {
    report.mistake(value.place, `\`${entry.key}\` needs values: a nested field is written with dots (a.b.c)`);
    return undefined;
  }
  if (value.items.length === 0) report.mistake(value.place, `\`${entry.key}\` needs at least one value`);
  const scalars: YamlScalar[] = [];
  for (const item of value.items) {
    if (item.kind !== 'scalar')
      report.mistake(item.place, `a list below \`${entry.key}\` holds plain values only`);
    else if (item.value === null)
      report.mistake(item.place, '`null` inside a list: give it an identifier of its own (`field: null`)');
    else scalars.push(item);
  }
  return scalars;
};

interface Values {
  readonly field: string;
  readonly all: boolean;
  readonly values: readonly ValueTest[];
  readonly lists?: readonly string[];
  readonly line: number;
}

/** Mistakes between a field's modifiers and the shape of its values. */
const checkShape = (entry: YamlEntry, all: boolean, exists: boolean, report: Report): void => {
  const isList = entry.value.kind === 'list';
  if (all && !(entry.value.kind === 'list' && entry.value.items.length > 1))
    report.mistake(entry.value.place, '`all` needs a list of at least two values');
  if (exists && isList) report.mistake(entry.value.place, '`exists` needs one value: true or false');
};

const readValues = (
  entry: YamlEntry,
  defaultContains: boolean,
  context: DetectionContext,
): Values | undefined => {
  const { report } = context;
  const { field, modifiers: named } = splitKey(entry);
  const scalars = scalarsOf(entry, report);
  const resolved = resolveModifiers(named, report);
  if (resolved === undefined || scalars === undefined) return undefined;
  const comparison = defaultContains && resolved.comparison === 'equals' ? 'contains' : resolved.comparison;
  const all = resolved.options.has('all');
  checkShape(entry, all, comparison === 'exists', report);
  if (resolved.options.has('expand') && !resolved.options.has('cased'))
    report.warning(
      entry.keyNode.place,
      'without `cased`, names that differ in case from those of the list pass for them: add `|cased`',
    );
  const values = scalars.flatMap((scalar) =>
    READ_VALUE[comparison](scalar, { ...resolved, comparison }, context),
  );
  const lists = resolved.options.has('expand') ? scalars.flatMap(listOf) : [];
  const line = entry.keyNode.place.line;
  return { field, all, values, line, ...(lists.length > 0 && { lists }) };
};

const listOf = (scalar: YamlScalar): readonly string[] => {
  const name = isText(scalar) ? placeholderName(scalar.value) : undefined;
  return name === undefined ? [] : [name];
};

const checkZones = (entry: YamlEntry, context: DetectionContext): void => {
  const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  for (const item of items) {
    if (!isText(item) || /[*?%\\]/.test(item.value) || context.zones.includes(item.value)) continue;
    context.report.warning(
      item.place,
      `the configuration has no zone \`${item.value}\`: ${suggest(item.value, context.zones)}`,
    );
  }
};

const isTextTest = (test: ValueTest): test is TextTest =>
  ['equals', 'startswith', 'endswith', 'contains', 'wildcard', 're'].includes(test.op);

export const readKeywords = (entry: YamlEntry, context: DetectionContext): KeywordTest | undefined => {
  const read = readValues(entry, true, context);
  if (read === undefined) return undefined;
  const values = read.values.filter(isTextTest);
  if (values.length < read.values.length)
    context.report.mistake(
      entry.keyNode.place,
      'keywords are searched in the line: only text modifiers go with them',
    );
  return { kind: 'keywords', all: read.all, values, line: read.line };
};

export const readField = (
  entry: YamlEntry,
  context: DetectionContext,
): FieldTest | KeywordTest | undefined => {
  if (entry.key.startsWith('|')) return readKeywords(entry, context);
  const { field } = splitKey(entry);
  if (field === '') context.report.mistake(entry.keyNode.place, 'a field name is missing');
  else context.checkField(field, entry.keyNode.place);
  if (field === ZONES_FIELD && !/\|(?:re|exists|contains)/.test(entry.key)) checkZones(entry, context);
  const read = readValues(entry, false, context);
  return read === undefined ? undefined : { kind: 'field', ...read };
};
