import { suggest } from '../nearest.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../yaml/yaml-tree.ts';
import type { Report } from './report.ts';

/** A scalar that is text, with its place. */
export interface Text extends YamlScalar {
  readonly value: string;
}

export const entryOf = (map: YamlMap, key: string): YamlEntry | undefined =>
  map.entries.find((entry) => entry.key === key);

export const isText = (node: YamlNode): node is Text =>
  node.kind === 'scalar' && typeof node.value === 'string';

export const reportUnknownKeys = (map: YamlMap, known: readonly string[], report: Report): void => {
  for (const { key, keyNode } of map.entries)
    if (!known.includes(key)) report.mistake(keyNode.place, `unknown key \`${key}\`: ${suggest(key, known)}`);
};

export const readText = (map: YamlMap, key: string, report: Report): Text | undefined => {
  const entry = entryOf(map, key);
  if (entry === undefined) return undefined;
  if (isText(entry.value) && entry.value.value.trim() !== '') return entry.value;
  const { value } = entry;
  const unquoted = value.kind === 'scalar' && value.value !== null && typeof value.value !== 'string';
  report.mistake(
    value.place,
    `\`${key}\` must be text${unquoted ? ': put it in quotes' : ' that is not empty'}`,
  );
  return undefined;
};

export const readMap = (map: YamlMap, key: string, report: Report): YamlMap | undefined => {
  const entry = entryOf(map, key);
  if (entry === undefined) return undefined;
  if (entry.value.kind === 'map') return entry.value;
  report.mistake(entry.value.place, `\`${key}\` must be a map of keys`);
  return undefined;
};

/** A list of text; undefined when the key is absent or of another kind. */
export const readTexts = (map: YamlMap, key: string, report: Report): readonly Text[] | undefined => {
  const entry = entryOf(map, key);
  if (entry === undefined) return undefined;
  if (entry.value.kind !== 'list') {
    report.mistake(entry.value.place, `\`${key}\` must be a list of text`);
    return undefined;
  }
  const texts: Text[] = [];
  for (const item of entry.value.items) {
    if (isText(item) && item.value.trim() !== '') texts.push(item);
    else report.mistake(item.place, `every entry of \`${key}\` must be text that is not empty`);
  }
  return texts;
};
