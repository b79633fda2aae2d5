import { dirname, isAbsolute, join } from 'node:path';
import { ConfigError, type Mistake, type Place } from '../errors.ts';
import type { Format } from '../event.ts';
import type { Selector } from '../selector/selector.ts';
import { createZones, type ZoneTable } from '../zones.ts';
import { checkReferences, checkSettings } from './checks.ts';
import { type Env, envTree, type Flag, flagTree } from './env.ts';
import { mistakesOf } from './issues.ts';
import { schemaAt } from './json-schema.ts';
import { type Lists, withDefaults } from './lists.ts';
import { duplicateSources, mergeTrees } from './merge.ts';
import { type Settings, settingsSchema } from './schema.ts';
import { emptyMap, keyPlaceOf, type Path, plainOf, readTree, type Tree, type TreeMap } from './tree.ts';

/** A checked configuration. Secrets are references; reading them is up to whoever uses them. */
export interface Config {
  readonly settings: Settings;
  readonly zones: ZoneTable;
  /** One zone, `trusted_proxies`. */
  readonly trustedProxies: ZoneTable;
  /** With the defaults of lists that shipped rules name. */
  readonly lists: Lists;
  readonly sources: readonly SourceConfig[];
  /** Where a setting stands, for messages of whoever finds it unusable: `placeOf(['rules', 'disabled', 0])`. */
  readonly placeOf: (path: Path) => Place;
  /** The merged settings as written, before defaults. */
  readonly given: TreeMap;
}

export type SourceConfig =
  | { readonly kind: 'loki'; readonly name: string; readonly format: Format; readonly selector: Selector }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly format: Format;
      readonly path: string;
      readonly selector?: undefined;
    };

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Merges files (later over earlier), environment and flags (over both), and checks the result. Paths in a file are
 * relative to that file. Throws ConfigError with every mistake.
 */
export function loadConfig(files: readonly ConfigFile[], env: Env, flags: readonly Flag[] = []): Config {
  const read = files.map(({ path, text }) => ({ path, ...readTree(path, text) }));
  const mistakes: Mistake[] = read.flatMap(({ tree, mistakes }) => [...mistakes, ...duplicateSources(tree)]);
  const layers = [
    ...read.map(({ path, tree }) => resolvePaths(tree, tree, [], dirname(path))),
    envTree(env),
    flagTree(flags),
  ];
  const nothing = emptyMap({ file: files.at(-1)?.path ?? 'configuration', line: 1, column: 1 });
  // resolvePaths keeps the kind of what it is given
  const given = (layers as readonly TreeMap[]).reduce(mergeTrees, nothing);
  const result = settingsSchema.safeParse(plainOf(given));
  mistakes.push(...checkReferences(given));
  if (!result.success) mistakes.push(...elsewhere(mistakesOf(result.error.issues, given), mistakes));
  mistakes.push(...missingVariables(given, env), ...checkSettings(given));
  if (mistakes.length > 0 || !result.success) throw new ConfigError(inOrder(mistakes, files));
  return configOf(result.data, given);
}

/** Without what only repeats a mistake that was told: `${LOKI_URL}` is no URL either, but that is not the point. */
const elsewhere = (mistakes: readonly Mistake[], told: readonly Mistake[]): readonly Mistake[] => {
  const key = ({ place }: Mistake): string => `${place.file}:${place.line}:${place.column}`;
  const places = new Set(told.map(key));
  return mistakes.filter((mistake) => !places.has(key(mistake)));
};

function configOf(settings: Settings, given: TreeMap): Config {
  return {
    settings,
    given,
    zones: createZones(settings.zones),
    trustedProxies: createZones({ trusted_proxies: settings.kubernetes.trusted_proxies }),
    lists: withDefaults(settings.lists),
    sources: settings.sources.flatMap(sourceOf),
    placeOf: (path) => keyPlaceOf(given, path),
  };
}

function sourceOf({ name, format, loki, file }: Settings['sources'][number]): readonly SourceConfig[] {
  if (loki !== undefined) return [{ kind: 'loki', name, format, selector: loki }];
  return file === undefined ? [] : [{ kind: 'file', name, format, path: file }];
}

/** Makes paths of a file relative to its folder, as Prometheus does, before files are merged. */
function resolvePaths(node: Tree, root: TreeMap, path: Path, folder: string): Tree {
  if (node.kind === 'map') {
    const entries = [...node.entries].map(([key, entry]) => {
      const value = resolvePaths(entry.value, root, [...path, key], folder);
      return [key, { ...entry, value }] as const;
    });
    return { ...node, entries: new Map(entries) };
  }
  if (node.kind === 'list') {
    return {
      ...node,
      items: node.items.map((item, index) => resolvePaths(item, root, [...path, index], folder)),
    };
  }
  if (typeof node.value !== 'string' || schemaAt(path, root)?.['x-kind'] !== 'path') return node;
  const shipped = path[0] === 'rules' && node.value === 'shipped';
  return shipped || node.value === '' || isAbsolute(node.value)
    ? node
    : { ...node, value: join(folder, node.value) };
}

/** `${NAME}` of a variable that is not set. */
function missingVariables(node: Tree, env: Env, root = node, path: Path = []): readonly Mistake[] {
  if (node.kind === 'map') {
    return [...node.entries].flatMap(([key, { value }]) =>
      missingVariables(value, env, root, [...path, key]),
    );
  }
  if (node.kind === 'list' || schemaAt(path, root)?.['x-kind'] !== 'secret') return [];
  const [, variable] = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(String(node.value)) ?? [];
  if (variable === undefined || (env[variable] ?? '') !== '') return [];
  const message = `the environment variable ${variable} is not set: set it, or name a file in \`${path.at(-1)}_file\``;
  return [{ place: node.place, message }];
}

function inOrder(mistakes: readonly Mistake[], files: readonly ConfigFile[]): readonly Mistake[] {
  const rank = ({ place }: Mistake): number => {
    const at = files.findIndex(({ path }) => path === place.file);
    return at < 0 ? files.length : at;
  };
  return [...mistakes].sort(
    (a, b) => rank(a) - rank(b) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
}
