import type { YamlEntry, YamlMap, YamlNode } from '../yaml/yaml-tree.ts';
import { parseCondition, RESERVED } from './condition.ts';
import { type DetectionContext, readField, readKeywords } from './field-tests.ts';
import { entryOf, isText } from './read-keys.ts';
import type { Condition } from './rule.ts';

const group = (kind: 'and' | 'or', of: readonly Condition[]): Condition =>
  of.length === 1 && of[0] !== undefined ? of[0] : { kind, of };

const readMapTests = (map: YamlMap, context: DetectionContext): Condition => {
  if (map.entries.length === 0)
    context.report.mistake(map.place, 'an empty map matches everything: name a field');
  const tests = map.entries.map((entry) => readField(entry, context));
  return group(
    'and',
    tests.filter((test) => test !== undefined),
  );
};

/** A map is an AND of fields, a list of maps an OR of them, a list of words the keywords of the line. */
const readIdentifier = (entry: YamlEntry, context: DetectionContext): Condition => {
  const { value, key, keyNode } = entry;
  const { report } = context;
  if (value.kind === 'map') return readMapTests(value, context);
  const items: readonly YamlNode[] = value.kind === 'list' ? value.items : [value];
  const maps = items.filter((item) => item.kind === 'map');
  const words = items.filter((item) => item.kind === 'scalar');
  if (words.some((word) => word.value === null) || items.length === 0) {
    report.mistake(value.place, `the identifier \`${key}\` is empty: give it fields or words`);
    return { kind: 'or', of: [] };
  }
  for (const item of items)
    if (item.kind === 'list') report.mistake(item.place, 'a list inside a list: write one list of maps');
  const keywords =
    words.length === 0
      ? undefined
      : readKeywords(
          { key: '', keyNode, value: { kind: 'list', place: value.place, items: words } },
          context,
        );
  const of = [
    ...maps.map((map) => readMapTests(map, context)),
    ...(keywords === undefined ? [] : [keywords]),
  ];
  return group('or', of);
};

const NAME = /^[\w-]+$/;

const readIdentifiers = (section: YamlMap, context: DetectionContext): ReadonlyMap<string, Condition> => {
  const { report } = context;
  const identifiers = new Map<string, Condition>();
  const before = report.mistakes.length;
  for (const entry of section.entries) {
    const { key, keyNode } = entry;
    if (key === 'condition') continue;
    if (key === 'timeframe')
      report.mistake(keyNode.place, '`timeframe` is not in the profile: add a correlation document');
    else if (RESERVED.has(key))
      report.mistake(keyNode.place, `\`${key}\` is a word of the condition language`);
    else if (!NAME.test(key))
      report.mistake(keyNode.place, `\`${key}\` is no identifier: letters, digits, \`_\` and \`-\` only`);
    else identifiers.set(key, readIdentifier(entry, context));
  }
  if (identifiers.size === 0 && report.mistakes.length === before)
    report.mistake(section.place, 'the detection names no selection');
  return identifiers;
};

/** One condition; community rules may have a list of them, of which any may hold. */
const readConditionTexts = (section: YamlMap, { profile, report }: DetectionContext) => {
  const entry = entryOf(section, 'condition');
  if (entry === undefined) {
    report.mistake(
      section.place,
      '`condition` is missing: say how the identifiers combine, such as `selection`',
    );
    return [];
  }
  const nodes = entry.value.kind === 'list' && profile === 'sigma' ? entry.value.items : [entry.value];
  const texts = nodes.filter(isText).filter(({ value }) => value.trim() !== '');
  if (texts.length < nodes.length || texts.length === 0)
    report.mistake(
      entry.value.place,
      '`condition` must be text, such as `selection and not 1 of filter_main_*`',
    );
  return texts;
};

/** Reads a `detection:` section; undefined when its condition cannot be told. */
export const readDetection = (section: YamlMap, context: DetectionContext): Condition | undefined => {
  const { report, profile } = context;
  const identifiers = readIdentifiers(section, context);
  const texts = readConditionTexts(section, context);
  const parsed = texts.map((text) => parseCondition(text, identifiers, report));
  const understood = parsed.filter((each) => each !== undefined);
  if (understood.length < texts.length || understood.length === 0) return undefined;
  const used = new Set(understood.flatMap((each) => [...each.used]));
  for (const { key, keyNode } of section.entries) {
    if (!identifiers.has(key) || used.has(key)) continue;
    const message = `the condition does not use the identifier \`${key}\``;
    if (profile === 'strict') report.mistake(keyNode.place, message);
    else report.warning(keyNode.place, message);
  }
  return group(
    'or',
    understood.map((each) => each.condition),
  );
};
