import { DURATION_FORM, parseDurationMs } from '../duration.ts';
import type { YamlMap } from '../yaml/yaml-tree.ts';
import { entryOf, readMap, readText, readTexts, reportUnknownKeys, type Text } from './read-keys.ts';
import type { Report } from './report.ts';

/** The custom section `detector:`, which holds what Sigma has no word for. */
export interface DetectorKeys {
  readonly requires: readonly Text[] | undefined;
  readonly summary: Text | undefined;
  readonly verified: boolean | undefined;
  readonly key: readonly Text[] | undefined;
  readonly quietPeriodMs: number | undefined;
}

/** Every key, and whether it says something of the file or of one document. */
const SCOPE: Readonly<Record<string, 'file' | 'document'>> = {
  requires: 'document',
  summary: 'document',
  verified: 'document',
  key: 'file',
  quiet_period: 'file',
};

export const DETECTOR_KEYS: readonly string[] = Object.keys(SCOPE);

const NOTHING: DetectorKeys = {
  requires: undefined,
  summary: undefined,
  verified: undefined,
  key: undefined,
  quietPeriodMs: undefined,
};

const readVerified = (section: YamlMap, report: Report): boolean | undefined => {
  const value = entryOf(section, 'verified')?.value;
  if (value === undefined) return undefined;
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  report.mistake(value.place, '`verified` must be true or false, without quotes');
  return undefined;
};

const readQuietPeriod = (section: YamlMap, report: Report): number | undefined => {
  const text = readText(section, 'quiet_period', report);
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text.value);
  if (ms === undefined) report.mistake(text.place, `\`quiet_period\` must be ${DURATION_FORM}`);
  return ms;
};

export const readDetectorKeys = (map: YamlMap, first: boolean, report: Report): DetectorKeys => {
  const section = readMap(map, 'detector', report);
  if (section === undefined) return NOTHING;
  reportUnknownKeys(section, DETECTOR_KEYS, report);
  for (const { key, keyNode } of section.entries)
    if (!first && SCOPE[key] === 'file')
      report.mistake(keyNode.place, `\`detector.${key}\` belongs to the first document of the file`);
  return {
    requires: readTexts(section, 'requires', report),
    summary: readText(section, 'summary', report),
    verified: readVerified(section, report),
    key: readTexts(section, 'key', report),
    quietPeriodMs: readQuietPeriod(section, report),
  };
};

/** What our own rules must say in the first document. */
export const requireDetectorKeys = (map: YamlMap, keys: DetectorKeys, report: Report): void => {
  const place = entryOf(map, 'detector')?.keyNode.place ?? map.place;
  if (keys.requires === undefined)
    report.mistake(
      place,
      '`detector.requires` is missing: fields without which the rule can never fire ([] for none)',
    );
  if (keys.summary === undefined)
    report.mistake(place, '`detector.summary` is missing: one sentence with {field} slots');
};
