import type { Mistake } from '../errors.ts';
import { envSettings } from './env.ts';
import { problemOfName } from './fields.ts';
import { nameOf } from './issues.ts';
import { schemaAt } from './json-schema.ts';
import { nodeAt, type Path, type Tree, type TreeMap } from './tree.ts';

/** What concerns several settings at once, or keys. Looked at also when the schema found mistakes, so that all are told. */
export const checkSettings = (tree: TreeMap): readonly Mistake[] => [
  ...['zones', 'lists'].flatMap((section) => checkNames(tree, section)),
  ...checkLabels(tree),
  ...checkRuleCodes(tree),
  ...checkSources(tree),
  ...checkSecrets(tree, []),
];

const entriesAt = (tree: Tree, path: Path) => {
  const node = nodeAt(tree, path);
  return node?.kind === 'map' ? [...node.entries] : [];
};

function checkNames(tree: TreeMap, section: string): readonly Mistake[] {
  return entriesAt(tree, [section]).flatMap(([key, { keyPlace }]) => {
    const problem = problemOfName(key);
    return problem === undefined ? [] : [{ place: keyPlace, message: `\`${section}\`: ${problem}` }];
  });
}

const OWN_LABELS = ['alertname', 'rule', 'severity', 'stream', 'actor', 'namespace'];

function checkLabels(tree: TreeMap): readonly Mistake[] {
  return entriesAt(tree, ['alertmanager', 'labels']).flatMap(([label, { keyPlace }]) => {
    if (OWN_LABELS.includes(label)) {
      const message = `the label \`${label}\` is set for each alert by the detector: choose another name`;
      return [{ place: keyPlace, message }];
    }
    if (/^(?!__)[A-Za-z_][A-Za-z0-9_]*$/.test(label)) return [];
    return [
      {
        place: keyPlace,
        message: `\`${label}\` is no label: letters, digits and _ only, beginning with neither a digit nor __`,
      },
    ];
  });
}

function checkRuleCodes(tree: TreeMap): readonly Mistake[] {
  return entriesAt(tree, ['rules', 'severity']).flatMap(([code, { keyPlace }]) =>
    /^[A-Za-z0-9][\w.-]*$/.test(code)
      ? []
      : [{ place: keyPlace, message: `\`${code}\` is no rule code: valid codes are like K4` }],
  );
}

function checkSources(tree: TreeMap): readonly Mistake[] {
  const sources = nodeAt(tree, ['sources']);
  if (sources?.kind !== 'list') return [];
  return sources.items.flatMap((source, index) => {
    if (source.kind !== 'map') return [];
    const given = ['loki', 'file'].filter((key) => source.entries.has(key));
    if (given.length === 1) return [];
    const problem = given.length === 0 ? 'has neither `loki` nor `file`' : 'has both `loki` and `file`';
    return [
      { place: source.place, message: `${nameOf(['sources', index])} ${problem}: a source has one of them` },
    ];
  });
}

/** A secret given twice: which of the two counts would be a guess. */
function checkSecrets(node: Tree, path: Path): readonly Mistake[] {
  if (node.kind !== 'map' || path[0] === 'zones' || path[0] === 'lists') return [];
  return [...node.entries].flatMap(([key, { keyPlace, value }]) => {
    const below = checkSecrets(value, [...path, key]);
    const rivals = [`${key}_file`, ...(key === 'basic_auth' ? ['bearer_token', 'bearer_token_file'] : [])];
    const rival = rivals.find((other) => node.entries.has(other));
    if (rival === undefined) return below;
    return [
      { place: keyPlace, message: `${nameOf(path)} has both \`${key}\` and \`${rival}\`: keep one of them` },
      ...below,
    ];
  });
}

const REFERENCE = /\$\{[A-Za-z_][A-Za-z0-9_]*\}/;

/** `${NAME}` anywhere but in a secret would be taken literally. */
export function checkReferences(tree: TreeMap, node: Tree = tree, path: Path = []): readonly Mistake[] {
  if (node.kind === 'map') {
    return [...node.entries].flatMap(([key, { value }]) => checkReferences(tree, value, [...path, key]));
  }
  if (node.kind === 'list') {
    return node.items.flatMap((item, index) => checkReferences(tree, item, [...path, index]));
  }
  const [reference] = REFERENCE.exec(String(node.value)) ?? [];
  const schema = schemaAt(path, tree);
  if (reference === undefined || schema === undefined || schema['x-kind'] === 'secret') return [];
  const variable = envSettings().find((setting) => setting.path.join('.') === path.join('.'))?.variable;
  const instead = variable === undefined ? 'write the value' : `write the value, or set ${variable}`;
  return [
    { place: node.place, message: `${nameOf(path)}: ${reference} is only read in secrets; ${instead}` },
  ];
}
