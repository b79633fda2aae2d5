import type { Mistake, Place } from '../errors.ts';
import { parseYaml, type YamlKind, type YamlMap, type YamlNode, type YamlReport } from '../yaml/yaml-tree.ts';

/** Settings with the place of everything, so that several files can be merged and each mistake shown where it stands. */
export type Tree = TreeMap | TreeList | TreeScalar;

export interface TreeMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

export interface TreeEntry {
  readonly keyPlace: Place;
  readonly value: Tree;
}

export interface TreeList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Tree[];
}

export interface TreeScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}

export type Path = readonly (string | number)[];

export const emptyMap = (place: Place): TreeMap => ({ kind: 'map', place, entries: new Map() });

const CONFIGURATION: YamlKind = {
  files: 'configuration files',
  holds: 'configuration',
  shape: 'a configuration is a map of settings (`zones: …`)',
  mayBeEmpty: true,
  sharedWithSigmaTools: false,
};

/** Reads one file. What has a mistake is left out, so that the rest can be checked all the same. */
export function readTree(
  file: string,
  text: string,
): { readonly tree: TreeMap; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const report: YamlReport = {
    mistakes,
    mistake: (place, message) => void mistakes.push({ place, message }),
    warning: () => undefined,
  };
  const [first, second] = parseYaml({ file, text }, CONFIGURATION, report);
  if (second !== undefined) {
    const message = 'a configuration file holds one document: give the other one as another --config';
    mistakes.push({ place: second.map.place, message });
  }
  return { tree: first === undefined ? emptyMap({ file, line: 1, column: 1 }) : mapOf(first.map), mistakes };
}

const treeOf = (node: YamlNode): Tree => {
  if (node.kind === 'map') return mapOf(node);
  if (node.kind === 'list') return { kind: 'list', place: node.place, items: node.items.map(treeOf) };
  return { kind: 'scalar', place: node.place, value: node.value };
};

const mapOf = ({ place, entries }: YamlMap): TreeMap => ({
  kind: 'map',
  place,
  entries: new Map(
    entries.map(({ key, keyNode, value }) => [key, { keyPlace: keyNode.place, value: treeOf(value) }]),
  ),
});

/** The node at a path, or undefined. */
export function nodeAt(tree: Tree, path: Path): Tree | undefined {
  let node: Tree | undefined = tree;
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.get(String(step))?.value;
    else if (node?.kind === 'list' && typeof step === 'number') node = node.items[step];
    else return undefined;
  }
  return node;
}

/** Where a setting stands; for one that is missing, where the nearest thing around it stands. */
export function placeOf(tree: Tree, path: Path): Place {
  const node = nodeAt(tree, path);
  if (node !== undefined) return node.place;
  return path.length === 0 ? tree.place : placeOf(tree, path.slice(0, -1));
}

/** Where the key of a setting stands. */
export function keyPlaceOf(tree: Tree, path: Path): Place {
  const parent = nodeAt(tree, path.slice(0, -1));
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.keyPlace ?? placeOf(tree, path);
}

/** The same as plain values. A key `__proto__` becomes an ordinary property. */
export function plainOf(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plainOf);
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plainOf(value)]));
}
