import {
  type ErrorCode,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import type { Mistake, Place } from '../errors.ts';

/** YAML with the place of everything, so that settings of several files can be merged and each mistake shown where it stands. */
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

interface Reader {
  readonly file: string;
  readonly lines: LineCounter;
  readonly mistakes: Mistake[];
}

/** Reads one file. Syntax errors and duplicate keys are mistakes; what could be read is returned all the same. */
export function readTree(
  file: string,
  text: string,
): { readonly tree: TreeMap; readonly mistakes: readonly Mistake[] } {
  const lines = new LineCounter();
  const reader: Reader = { file, lines, mistakes: [] };
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    merge: false,
  });
  const start: Place = { file, line: 1, column: 1 };
  // What follows the first syntax error is mostly its echo.
  const [syntax] = [...document.errors, ...document.warnings];
  if (syntax !== undefined) {
    reader.mistakes.push({
      place: placeAt(reader, syntax.pos[0]),
      message: SAID[syntax.code] ?? `this is no YAML: ${syntax.message}`,
    });
    return { tree: emptyMap(start), mistakes: reader.mistakes };
  }
  const tree = document.contents === null ? emptyMap(start) : readNode(reader, document.contents);
  if (tree.kind === 'map') return { tree, mistakes: reader.mistakes };
  if (tree.kind === 'list' || tree.value !== null) {
    reader.mistakes.push({ place: tree.place, message: 'a configuration is a map of settings (`zones: …`)' });
  }
  return { tree: emptyMap(start), mistakes: reader.mistakes };
}

const SAID: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'a plain `*` begins an alias in YAML: put the value in quotes ("*")',
  MULTIPLE_DOCS: 'a configuration file holds one document: give the other one as another --config',
  TAB_AS_INDENT: 'YAML is indented with spaces, not tabs',
};

function placeAt({ file, lines }: Reader, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

function readNode(reader: Reader, node: Node): Tree {
  const place = placeAt(reader, node.range?.[0] ?? 0);
  // Refusing anchors altogether also settles alias bombs and aliases that contain themselves.
  if (isAlias(node) || ((isScalar(node) || isCollection(node)) && node.anchor !== undefined)) {
    reader.mistakes.push({
      place,
      message: 'anchors and aliases (`&`, `*`) are not read: write the value out, or quote it',
    });
    return { kind: 'scalar', place, value: null };
  }
  if (isMap(node)) return readMap(reader, node.items, place);
  // a parsed document holds nodes only; the library's types also cover documents built by hand
  if (isSeq(node))
    return { kind: 'list', place, items: node.items.map((item) => readNode(reader, item as Node)) };
  return { kind: 'scalar', place, value: isScalar(node) ? scalarValue(node.value) : null };
}

function scalarValue(value: unknown): TreeScalar['value'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : String(value);
}

function readMap(reader: Reader, pairs: readonly Pair[], place: Place): TreeMap {
  const entries = new Map<string, TreeEntry>();
  for (const pair of pairs) {
    const keyNode = pair.key as Node; // parsed, as above
    const keyPlace = placeAt(reader, keyNode.range?.[0] ?? 0);
    if (!isScalar(keyNode)) {
      reader.mistakes.push({ place: keyPlace, message: 'a key must be plain text' });
      continue;
    }
    const key = String(keyNode.value);
    const first = entries.get(key);
    if (first !== undefined) {
      const message = `\`${key}\` is here twice, first on line ${first.keyPlace.line}: keep one of them`;
      reader.mistakes.push({ place: keyPlace, message });
      continue;
    }
    const end = placeAt(reader, keyNode.range?.[1] ?? 0);
    const value = pair.value === null ? nothingAt(end) : readNode(reader, pair.value as Node); // parsed, as above
    entries.set(key, { keyPlace, value });
  }
  return { kind: 'map', place, entries };
}

const nothingAt = (place: Place): TreeScalar => ({ kind: 'scalar', place, value: null });

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
