import { nameOf } from '../config/issues.ts';
import { type Path, readTree, type Tree, type TreeMap } from '../config/tree.ts';
import { ConfigError, type Mistake, type Place } from '../errors.ts';
import { suggest } from '../nearest.ts';
import {
  type AuditPolicy,
  type GroupResources,
  LEVELS,
  type PolicyRule,
  STAGES,
  type Stage,
} from './audit-policy.ts';

const VERSIONS = ['audit.k8s.io/v1', 'audit.k8s.io/v1beta1'];
const POLICY_KEYS = ['apiVersion', 'kind', 'metadata', 'rules', 'omitStages', 'omitManagedFields'];
const RULE_KEYS = [
  'level',
  'users',
  'userGroups',
  'verbs',
  'resources',
  'namespaces',
  'nonResourceURLs',
  'omitStages',
  'omitManagedFields',
];
const GROUP_KEYS = ['group', 'resources', 'resourceNames'];

/**
 * Reads an audit policy as strictly as the API server does (unknown and misspelled keys are what it warns about at
 * start-up and then ignores). Throws `ConfigError` with every mistake.
 */
export const readAuditPolicy = (file: string, text: string): AuditPolicy => {
  const { tree, mistakes } = readTree(file, text);
  const reader = createReader([...mistakes]);
  const policy = mistakes.length > 0 ? undefined : readPolicy(file, tree, reader);
  if (policy === undefined || reader.mistakes.length > 0) throw new ConfigError(reader.mistakes);
  return policy;
};

interface Reader {
  readonly mistakes: Mistake[];
  mistake(place: Place, message: string): void;
}

const createReader = (mistakes: Mistake[]): Reader => ({
  mistakes,
  mistake: (place, message) => void mistakes.push({ place, message }),
});

const readPolicy = (file: string, tree: TreeMap, reader: Reader): AuditPolicy => {
  checkKeys(tree, POLICY_KEYS, [], reader);
  readWord(tree, 'apiVersion', VERSIONS, [], reader);
  readWord(tree, 'kind', ['Policy'], [], reader);
  const rules = itemsOf(tree, 'rules', [], reader).flatMap(({ node, path }) =>
    node.kind === 'map' ? [readRule(node, path, reader)] : wrong(node, path, 'a map of keys', reader),
  );
  if (rules.length === 0)
    reader.mistake(tree.entries.get('rules')?.keyPlace ?? tree.place, '`rules` must hold at least one rule');
  return {
    file,
    rules: rules.filter((rule) => rule !== undefined),
    omitStages: readStages(tree, [], reader),
    omitManagedFields: readFlag(tree, 'omitManagedFields', [], reader) ?? false,
  };
};

const readRule = (map: TreeMap, path: Path, reader: Reader): PolicyRule | undefined => {
  checkKeys(map, RULE_KEYS, path, reader);
  const level = readWord(map, 'level', LEVELS, path, reader);
  const texts = (key: string) => textsOf(map, key, path, reader);
  const nonResourceURLs = texts('nonResourceURLs');
  for (const { value, place } of nonResourceURLs) checkUrl(value, place, reader);
  const resources = itemsOf(map, 'resources', path, reader).flatMap((item) =>
    item.node.kind === 'map'
      ? [readGroup(item.node, item.path, reader)]
      : wrong(item.node, item.path, 'a map of keys', reader),
  );
  const namespaces = texts('namespaces');
  if (nonResourceURLs.length > 0 && resources.length + namespaces.length > 0)
    reader.mistake(
      map.entries.get('nonResourceURLs')?.keyPlace ?? map.place,
      'a rule cannot apply to `nonResourceURLs` and to `resources` or `namespaces`: make two of it',
    );
  const rest = {
    users: values(texts('users')),
    userGroups: values(texts('userGroups')),
    verbs: values(texts('verbs')),
    resources,
    namespaces: values(namespaces),
    nonResourceURLs: values(nonResourceURLs),
    omitStages: readStages(map, path, reader),
    omitManagedFields: readFlag(map, 'omitManagedFields', path, reader),
    place: map.place,
  };
  return level === undefined ? undefined : { level, ...rest };
};

const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const readGroup = (map: TreeMap, path: Path, reader: Reader): GroupResources => {
  checkKeys(map, GROUP_KEYS, path, reader);
  const group = map.entries.get('group')?.value;
  const name = group?.kind === 'scalar' && typeof group.value === 'string' ? group.value : '';
  const isText = group === undefined || (group.kind === 'scalar' && (group.value ?? '') === name);
  if (group !== undefined && (!isText || (name !== '' && !DNS_NAME.test(name))))
    reader.mistake(
      group.place,
      `${nameOf([...path, 'group'])} must be the name of an API group without version ("" is the core group)`,
    );
  const resources = values(textsOf(map, 'resources', path, reader));
  const resourceNames = values(textsOf(map, 'resourceNames', path, reader));
  if (resourceNames.length > 0 && resources.length === 0)
    reader.mistake(
      map.entries.get('resourceNames')?.keyPlace ?? map.place,
      `${nameOf([...path, 'resourceNames'])} needs \`resources\` beside it`,
    );
  return { group: name, resources, resourceNames };
};

const checkUrl = (url: string, place: Place, reader: Reader): void => {
  if (url === '*') return;
  if (!url.startsWith('/'))
    reader.mistake(place, `the path ${JSON.stringify(url)} must begin with / (or be *)`);
  if (url.slice(0, -1).includes('*'))
    reader.mistake(place, `in ${JSON.stringify(url)} the * may only be the last character`);
};

const checkKeys = (map: TreeMap, known: readonly string[], path: Path, reader: Reader): void => {
  const where = path.length === 0 ? '' : ` in ${nameOf(path)}`;
  for (const [key, { keyPlace }] of map.entries)
    if (!known.includes(key))
      reader.mistake(keyPlace, `unknown key \`${key}\`${where}: ${suggest(key, known)}`);
};

const wrong = (node: Tree, path: Path, wanted: string, reader: Reader): never[] => {
  reader.mistake(node.place, `${nameOf(path)} must be ${wanted}`);
  return [];
};

/** One of a few words, which must be there. */
const readWord = <T extends string>(
  map: TreeMap,
  key: string,
  words: readonly T[],
  path: Path,
  reader: Reader,
): T | undefined => {
  const node = map.entries.get(key)?.value;
  const found = node?.kind === 'scalar' ? words.find((word) => word === node.value) : undefined;
  if (found !== undefined) return found;
  const problem = node === undefined ? 'is missing: it' : '';
  reader.mistake(
    node?.place ?? map.place,
    `${nameOf([...path, key])} ${problem}${problem === '' ? '' : ' '}must be ${words.join(', ')}`,
  );
  return undefined;
};

const readFlag = (map: TreeMap, key: string, path: Path, reader: Reader): boolean | undefined => {
  const node = map.entries.get(key)?.value;
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return undefined;
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  reader.mistake(node.place, `${nameOf([...path, key])} must be true or false`);
  return undefined;
};

const readStages = (map: TreeMap, path: Path, reader: Reader): readonly Stage[] =>
  textsOf(map, 'omitStages', path, reader).flatMap(({ value, place }) => {
    const stage = STAGES.find((each) => each === value);
    if (stage === undefined) reader.mistake(place, `unknown stage \`${value}\`: ${suggest(value, STAGES)}`);
    return stage === undefined ? [] : [stage];
  });

interface Item {
  readonly node: Tree;
  readonly path: Path;
}

const itemsOf = (map: TreeMap, key: string, path: Path, reader: Reader): readonly Item[] => {
  const node = map.entries.get(key)?.value;
  const own = [...path, key];
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return [];
  if (node.kind !== 'list') return wrong(node, own, 'a list', reader);
  return node.items.map((item, index) => ({ node: item, path: [...own, index] }));
};

interface Text {
  readonly value: string;
  readonly place: Place;
}

const textsOf = (map: TreeMap, key: string, path: Path, reader: Reader): readonly Text[] =>
  itemsOf(map, key, path, reader).flatMap(({ node, path: own }) =>
    node.kind === 'scalar' && typeof node.value === 'string'
      ? [{ value: node.value, place: node.place }]
      : wrong(node, own, 'text', reader),
  );

const values = (texts: readonly Text[]): readonly string[] => texts.map(({ value }) => value);
