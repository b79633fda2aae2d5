import type { Severity } from '../finding.ts';
import type { YamlMap } from '../yaml/yaml-tree.ts';
import { type DetectorKeys, readDetectorKeys } from './detector-keys.ts';
import { type Logsource, readLogsource } from './logsource.ts';
import { entryOf, isText, readText, readTexts, reportUnknownKeys, type Text } from './read-keys.ts';
import type { Profile, Report } from './report.ts';

/** What a document says beside its detection; all of it optional, since later documents inherit. */
export interface Metadata {
  readonly title: Text | undefined;
  readonly id: Text | undefined;
  readonly name: Text | undefined;
  readonly status: Text | undefined;
  readonly description: Text | undefined;
  readonly severity: Severity | undefined;
  readonly tags: readonly Text[] | undefined;
  readonly falsepositives: readonly Text[] | undefined;
  readonly references: readonly Text[] | undefined;
  readonly fields: readonly Text[] | undefined;
  readonly logsource: Logsource | undefined;
  readonly detector: DetectorKeys;
}

/** Read from the first document of a file; the others inherit it. */
const OF_THE_FILE = ['status', 'description', 'tags', 'falsepositives', 'references', 'fields'];
const OF_A_DOCUMENT = ['title', 'id', 'name', 'level', 'logsource', 'detection', 'correlation', 'detector'];
/** Known to Sigma, without meaning here. */
const UNUSED = ['author', 'date', 'modified', 'license', 'related'];

const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];

const LEVELS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  medium: 'warning',
  informational: 'info',
};

/** Levels of community rules that ours do not have. */
const MORE_LEVELS: Readonly<Record<string, Severity>> = { ...LEVELS, high: 'critical', low: 'info' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NAME = /^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)?$/;
const TAG = /^[a-z0-9_-]+\.[a-z0-9._-]+$/;

interface Form {
  readonly matches: (text: string) => boolean;
  readonly form: string;
}

/** Forms of single values in our own rules. */
const FORMS: Readonly<Record<string, Form>> = {
  id: { matches: (text) => UUID.test(text), form: 'a UUID, such as the output of `uuidgen`' },
  name: { matches: (text) => NAME.test(text), form: 'the code of the rule (K5) or code.branch (K5.delete)' },
  status: { matches: (text) => STATUSES.includes(text), form: `one of ${STATUSES.join(', ')}` },
};

const readSeverity = (map: YamlMap, profile: Profile, report: Report): Severity | undefined => {
  const text = readText(map, 'level', report);
  if (text === undefined) return undefined;
  const levels = profile === 'strict' ? LEVELS : MORE_LEVELS;
  if (Object.hasOwn(levels, text.value)) return levels[text.value];
  const valid = 'valid: critical, medium (= warning), informational (= info)';
  report.mistake(text.place, `\`level\` cannot be \`${text.value}\`; ${valid}`);
  return undefined;
};

const checkForms = (map: YamlMap, report: Report): void => {
  for (const [key, { matches, form }] of Object.entries(FORMS)) {
    const entry = entryOf(map, key);
    if (entry !== undefined && isText(entry.value) && entry.value.value !== '' && !matches(entry.value.value))
      report.mistake(entry.value.place, `\`${key}\` must be ${form}`);
  }
  const tags = entryOf(map, 'tags')?.value;
  for (const tag of tags?.kind === 'list' ? tags.items : [])
    if (isText(tag) && !TAG.test(tag.value))
      report.mistake(
        tag.place,
        `\`${tag.value}\` is no tag: namespace.name in lower case, such as attack.t1552.007`,
      );
};

const checkKeys = (map: YamlMap, first: boolean, report: Report): void => {
  reportUnknownKeys(map, [...OF_A_DOCUMENT, ...OF_THE_FILE, ...UNUSED], report);
  if (first) return;
  for (const { key, keyNode } of map.entries)
    if (OF_THE_FILE.includes(key))
      report.mistake(
        keyNode.place,
        `\`${key}\` belongs to the first document of the file; the others inherit it`,
      );
};

/** Sections that other tools know, with what to write instead. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  filter: 'filter documents are not in the profile: exclude with `not 1 of filter_main_*` in the condition',
  action: 'collections by `action` are not in the profile: write each document out',
};

export interface MetadataContext {
  readonly first: boolean;
  readonly profile: Profile;
  readonly report: Report;
}

export const readMetadata = (map: YamlMap, { first, profile, report }: MetadataContext): Metadata => {
  for (const [key, message] of Object.entries(LEFT_OUT)) {
    const entry = entryOf(map, key);
    if (entry !== undefined) report.mistake(entry.keyNode.place, message);
  }
  if (profile === 'strict') {
    const known = { ...map, entries: map.entries.filter(({ key }) => !Object.hasOwn(LEFT_OUT, key)) };
    checkKeys(known, first, report);
    checkForms(map, report);
  }
  const text = (key: string): Text | undefined => readText(map, key, report);
  const texts = (key: string): readonly Text[] | undefined => readTexts(map, key, report);
  return {
    title: text('title'),
    id: text('id'),
    name: text('name'),
    status: text('status'),
    description: text('description'),
    severity: readSeverity(map, profile, report),
    tags: texts('tags'),
    falsepositives: texts('falsepositives'),
    references: texts('references'),
    fields: texts('fields'),
    logsource: readLogsource(map, profile, report),
    detector: readDetectorKeys(map, first, report),
  };
};

const REQUIRED = ['title', 'id', 'name', 'level'];
const REQUIRED_FIRST = [
  'status',
  'description',
  'logsource',
  'tags',
  'falsepositives',
  'references',
  'fields',
];

/** What each missing key is for, so that the message says what to write. */
const MEANING: Readonly<Record<string, string>> = {
  title: 'what happened, in a few words',
  id: 'a UUID that never changes',
  name: 'the code of the rule (K5) or code.branch (K5.delete)',
  level: 'critical, medium (= warning) or informational (= info)',
  status: `one of ${STATUSES.join(', ')}`,
  description: 'what it means and what to do about it',
  logsource: 'product and service',
  tags: 'ATT&CK techniques, such as attack.t1552.007',
  falsepositives: 'what else looks like this',
  references: 'a link to the runbook or the facts behind the rule',
  fields: 'what the evidence shows',
};

/** Our own rules carry all metadata: the first document of a file most of it, later ones what differs. */
export const requireMetadata = (map: YamlMap, first: boolean, report: Report): void => {
  for (const key of first ? [...REQUIRED, ...REQUIRED_FIRST] : REQUIRED) {
    const entry = entryOf(map, key);
    const empty = entry?.value.kind === 'list' && entry.value.items.length === 0;
    if (entry === undefined) report.mistake(map.place, `\`${key}\` is missing: ${MEANING[key] ?? ''}`);
    else if (empty) report.mistake(entry.value.place, `\`${key}\` is empty: ${MEANING[key] ?? ''}`);
  }
  const plain = entryOf(map, 'detection') !== undefined && entryOf(map, 'correlation') === undefined;
  if (!first && plain && entryOf(map, 'logsource') === undefined)
    report.mistake(map.place, `\`logsource\` is missing: ${MEANING['logsource'] ?? ''}`);
};
