import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
} from 'yaml';
import type { Mistake, Place } from '../errors.ts';
import { explainSyntax } from './yaml-syntax.ts';

/** YAML with the place of everything, so that each mistake can be shown where it stands. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: readonly YamlEntry[];
}

export interface YamlList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** Column of the first character of `value`; undefined when the source spells the value differently. */
  readonly textColumn: number | undefined;
}

export interface YamlEntry {
  readonly key: string;
  readonly keyNode: YamlScalar;
  readonly value: YamlNode;
}

/** What is read, for messages. */
export interface YamlKind {
  /** `rule files` */
  readonly files: string;
  /** `rule` */
  readonly holds: string;
  /** What a document must be: `a rule is a map of keys`. */
  readonly shape: string;
  /** True: a file without any document is no mistake. */
  readonly mayBeEmpty: boolean;
  /** True: warn where tools of YAML 1.1 would read a boolean. */
  readonly sharedWithSigmaTools: boolean;
}

export interface YamlReport {
  readonly mistakes: readonly Mistake[];
  mistake(place: Place, message: string): void;
  warning(place: Place, message: string): void;
}

/** Real files are some ten levels deep at most. */
const DEEPEST = 50;
const LONGEST_FILE = 1_000_000;

/** Plain words that are booleans in YAML 1.1, which other Sigma tools read, and strings here. */
const BOOLEAN_ELSEWHERE = /^(?:y|n|yes|no|on|off)$/i;

interface Source {
  readonly file: string;
  readonly text: string;
  readonly kind: YamlKind;
  readonly lines: LineCounter;
  readonly report: YamlReport;
}

const placeOf = ({ file, lines }: Source, offset: number): Place => {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
};

/** Place of the character at `index` of a scalar's text, or the scalar's own where the source spells it differently. */
export const placeWithin = (scalar: YamlScalar, index: number): Place =>
  scalar.textColumn === undefined ? scalar.place : { ...scalar.place, column: scalar.textColumn + index };

const scalarValue = (source: Source, node: Node, place: Place): YamlScalar['value'] => {
  const value: unknown = isScalar(node) ? node.value : null;
  const { report, kind } = source;
  if (typeof value === 'string') {
    if (kind.sharedWithSigmaTools && isScalar(node) && node.type === 'PLAIN' && BOOLEAN_ELSEWHERE.test(value))
      report.warning(
        place,
        `\`${value}\` is a string here and a boolean in other Sigma tools: put it in quotes`,
      );
    return value;
  }
  if (typeof value === 'number') {
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
    report.mistake(place, 'this number cannot be kept exactly: put it in quotes to keep it as text');
    return null;
  }
  if (typeof value === 'boolean' || value === null) return value;
  report.mistake(place, 'a value must be text, a number, true, false or null');
  return null;
};

const toScalar = (source: Source, node: Node): YamlScalar => {
  const [start, end] = node.range ?? [0, 0, 0];
  const place = placeOf(source, start);
  const value = scalarValue(source, node, place);
  const quote = /^["']/.test(source.text.slice(start, end)) ? 1 : 0;
  const verbatim = typeof value === 'string' && source.text.startsWith(value, start + quote);
  return { kind: 'scalar', place, value, textColumn: verbatim ? place.column + quote : undefined };
};

const toEntry = (source: Source, pair: Pair, depth: number): YamlEntry | undefined => {
  // parsed documents hold nodes only; the library's type also covers documents built by hand
  const key = pair.key as Node;
  const value = pair.value as Node | null;
  const keyNode = toNode(source, key, depth);
  const [, end] = key.range ?? [0, 0, 0];
  if (keyNode?.kind !== 'scalar') {
    if (keyNode !== undefined) source.report.mistake(keyNode.place, 'a key must be plain text');
    return undefined;
  }
  if (typeof keyNode.value !== 'string') {
    source.report.mistake(
      keyNode.place,
      `the key \`${keyNode.value}\` must be a string: put it in quotes ("${keyNode.value}")`,
    );
    return undefined;
  }
  if (keyNode.value === '<<') {
    source.report.mistake(
      keyNode.place,
      `merge keys (\`<<\`) are not part of ${source.kind.files}: write the entries out`,
    );
    return undefined;
  }
  const empty: YamlScalar = {
    kind: 'scalar',
    place: placeOf(source, end),
    value: null,
    textColumn: undefined,
  };
  const read = value === null ? empty : toNode(source, value, depth);
  return read === undefined ? undefined : { key: keyNode.value, keyNode, value: read };
};

const toNode = (source: Source, node: Node, depth = 0): YamlNode | undefined => {
  const place = placeOf(source, node.range?.[0] ?? 0);
  // Refusing anchors altogether also settles alias bombs and aliases that contain themselves.
  const anchored = (isScalar(node) || isCollection(node)) && node.anchor !== undefined;
  if (isAlias(node) || anchored) {
    source.report.mistake(
      place,
      `anchors and aliases (\`&\`, \`*\`) are not part of ${source.kind.files}: write the value out`,
    );
    return undefined;
  }
  if (depth > DEEPEST) {
    source.report.mistake(place, `nested more than ${DEEPEST} levels deep`);
    return undefined;
  }
  if (isMap(node)) {
    const entries = node.items.map((pair) => toEntry(source, pair, depth + 1));
    return { kind: 'map', place, entries: entries.filter((entry) => entry !== undefined) };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => toNode(source, item as Node, depth + 1)); // parsed: nodes only
    return { kind: 'list', place, items: items.filter((item) => item !== undefined) };
  }
  return toScalar(source, node);
};

/** Tells the first syntax error (those after it are mostly its echo) and every duplicate key. */
const reportSyntax = (source: Source, document: Document.Parsed): boolean => {
  const errors = [...document.errors, ...document.warnings];
  const syntax = errors.filter(({ code }) => code !== 'DUPLICATE_KEY').slice(0, 1);
  for (const error of [...errors.filter(({ code }) => code === 'DUPLICATE_KEY'), ...syntax]) {
    const { offset, message } = explainSyntax(source, document, error);
    source.report.mistake(placeOf(source, offset), message);
  }
  return syntax.length === 0;
};

/** A document of a file; not `sound` when a part of it was left out with a mistake. */
export interface YamlDocument {
  readonly map: YamlMap;
  readonly sound: boolean;
}

/** The documents of a file, without empty ones. A document that is no YAML is reported and left out. */
export const parseYaml = (
  { file, text }: { readonly file: string; readonly text: string },
  kind: YamlKind,
  report: YamlReport,
): readonly YamlDocument[] => {
  const start: Place = { file, line: 1, column: 1 };
  if (text.length > LONGEST_FILE) {
    report.mistake(start, `larger than ${LONGEST_FILE} characters: this is none of the ${kind.files}`);
    return [];
  }
  const lines = new LineCounter();
  const source: Source = { file, text, kind, lines, report };
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    merge: false,
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  const found: YamlDocument[] = [];
  let empty = true;
  for (const document of documents) {
    const before = report.mistakes.length;
    const readable = reportSyntax(source, document);
    const { contents } = document;
    const nothing = contents === null || (isScalar(contents) && contents.value === null);
    if (nothing && readable) continue;
    empty = false;
    if (!readable || contents === null) continue;
    const node = toNode(source, contents);
    if (node?.kind === 'map') found.push({ map: node, sound: report.mistakes.length === before });
    else if (node !== undefined) report.mistake(node.place, kind.shape);
  }
  if (empty && !kind.mayBeEmpty) report.mistake(start, `the file holds no ${kind.holds}`);
  return found;
};
