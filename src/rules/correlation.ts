import { DURATION_FORM, parseDurationMs } from '../duration.ts';
import { suggest } from '../nearest.ts';
import type { YamlMap } from '../yaml/yaml-tree.ts';
import type { CheckField } from './field-names.ts';
import { entryOf, isText, readMap, readText, readTexts, reportUnknownKeys, type Text } from './read-keys.ts';
import type { Report } from './report.ts';

/** A `correlation:` section; `rules` are names or ids, not yet resolved. */
export interface Correlation {
  readonly type: 'event_count' | 'value_count';
  readonly rules: readonly Text[];
  readonly groupBy: readonly string[];
  readonly valueField: string | undefined;
  readonly timespanMs: number;
  readonly operator: 'gt' | 'gte';
  readonly threshold: number;
}

const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition'];
const LEFT_OUT: Readonly<Record<string, string>> = {
  generate: '`generate` is not in the profile: a counted document does not fire by itself',
  aliases: '`aliases` is not in the profile: derive the field under one name',
};
const TYPES = ['event_count', 'value_count'] as const;
const OPERATORS = ['gt', 'gte'] as const;
const THRESHOLD_KEYS: readonly string[] = [...OPERATORS, 'field'];

const readType = (section: YamlMap, report: Report): Correlation['type'] | undefined => {
  const text = readText(section, 'type', report);
  const type = TYPES.find((each) => each === text?.value);
  if (text !== undefined && type === undefined)
    report.mistake(
      text.place,
      `the correlation type \`${text.value}\` is not in the profile; valid: ${TYPES.join(', ')}`,
    );
  return type;
};

const readTimespan = (section: YamlMap, report: Report): number | undefined => {
  const text = readText(section, 'timespan', report);
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text.value);
  if (ms === undefined) report.mistake(text.place, `\`timespan\` must be ${DURATION_FORM}`);
  return ms;
};

type Threshold = Pick<Correlation, 'operator' | 'threshold'>;

const readThreshold = (condition: YamlMap, report: Report): Threshold | undefined => {
  const given = OPERATORS.flatMap((operator) => {
    const entry = entryOf(condition, operator);
    return entry === undefined ? [] : [{ operator, value: entry.value }];
  });
  const [only, second] = given;
  const strange = condition.entries.some(({ key }) => !THRESHOLD_KEYS.includes(key));
  if (only === undefined && strange) return undefined; // reported as an unknown key
  if (only === undefined || second !== undefined) {
    report.mistake(condition.place, 'the condition of a correlation needs one of `gt` and `gte`');
    return undefined;
  }
  const { operator, value } = only;
  const threshold = value.kind === 'scalar' ? value.value : undefined;
  const least = operator === 'gt' ? 0 : 1;
  if (typeof threshold === 'number' && Number.isInteger(threshold) && threshold >= least)
    return { operator, threshold };
  report.mistake(value.place, `\`${operator}\` must be a whole number of at least ${least}, without quotes`);
  return undefined;
};

const readValueField = (
  condition: YamlMap,
  type: Correlation['type'] | undefined,
  report: Report,
): Text | undefined => {
  const field = readText(condition, 'field', report);
  if (type === 'value_count' && entryOf(condition, 'field') === undefined)
    report.mistake(
      condition.place,
      '`value_count` needs `field`: the field whose distinct values are counted',
    );
  if (type === 'event_count' && field !== undefined)
    report.mistake(field.place, '`field` goes with `value_count` only; `event_count` counts events');
  return type === 'value_count' ? field : undefined;
};

const reportKeys = (section: YamlMap, report: Report): void => {
  for (const { key, keyNode } of section.entries) {
    if (Object.hasOwn(LEFT_OUT, key)) report.mistake(keyNode.place, LEFT_OUT[key] ?? key);
    else if (!KEYS.includes(key))
      report.mistake(keyNode.place, `unknown key \`${key}\`: ${suggest(key, KEYS)}`);
  }
  for (const key of ['type', 'rules', 'timespan', 'condition'])
    if (entryOf(section, key) === undefined)
      report.mistake(section.place, `\`correlation.${key}\` is missing`);
};

/** Sigma allows a single name for a list here. */
const readNames = (section: YamlMap, key: string, report: Report): readonly Text[] | undefined => {
  const value = entryOf(section, key)?.value;
  return value !== undefined && isText(value) && value.value !== ''
    ? [value]
    : readTexts(section, key, report);
};

export const readCorrelation = (
  section: YamlMap,
  checkField: CheckField,
  report: Report,
): Correlation | undefined => {
  reportKeys(section, report);
  const type = readType(section, report);
  const rules = readNames(section, 'rules', report);
  if (rules?.length === 0)
    report.mistake(section.place, '`correlation.rules` is empty: name the documents to count');
  const groupBy = readNames(section, 'group-by', report) ?? [];
  const timespanMs = readTimespan(section, report);
  const condition = readMap(section, 'condition', report);
  if (condition !== undefined) reportUnknownKeys(condition, THRESHOLD_KEYS, report);
  const threshold = condition === undefined ? undefined : readThreshold(condition, report);
  const valueField = condition === undefined ? undefined : readValueField(condition, type, report);
  for (const field of [...groupBy, ...(valueField === undefined ? [] : [valueField])])
    checkField(field.value, field.place);
  if (type === undefined || rules === undefined || timespanMs === undefined || threshold === undefined)
    return undefined;
  return {
    type,
    rules,
    groupBy: groupBy.map(({ value }) => value),
    valueField: valueField?.value,
    timespanMs,
    ...threshold,
  };
};
