import { type SchemaNode, schemaTree } from './json-schema.ts';
import { emptyMap, type Path, type Tree, type TreeMap } from './tree.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** A setting that an environment variable can give. */
export interface EnvSetting {
  readonly variable: string;
  readonly path: Path;
  readonly schema: SchemaNode;
}

let cached: readonly EnvSetting[] | undefined;

/** `loki.poll` is `DETECTOR_LOKI_POLL`: every single value, and lists of plain values with commas between them. */
export function envSettings(): readonly EnvSetting[] {
  cached ??= settingsBelow(schemaTree(), []);
  return cached;
}

export const variableOf = (path: Path): string => `DETECTOR_${path.join('_').toUpperCase()}`;

function settingsBelow(schema: SchemaNode, path: Path): readonly EnvSetting[] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([key, below]) => settingsBelow(below, [...path, key]));
  }
  const single = schema.type !== 'object' && schema.type !== 'array' && schema.anyOf === undefined;
  const list = schema.type === 'array' && schema.items?.type === 'string';
  return single || list ? [{ variable: variableOf(path), path, schema }] : [];
}

/**
 * Settings from the environment as one more layer. Unknown `DETECTOR_*` variables are no mistake: Kubernetes itself
 * sets some (`DETECTOR_SERVICE_HOST`) beside a Service of that name. An empty variable counts as unset.
 */
export function envTree(env: Env): TreeMap {
  const given = envSettings().filter(({ variable }) => (env[variable] ?? '') !== '');
  return given.reduce(
    (tree, setting) => {
      const { variable, path, schema } = setting;
      const place = { file: variable, line: 1, column: 1 };
      const text = env[variable] ?? '';
      // A secret stays where it is: only the name of the variable goes on.
      const value = schema['x-kind'] === 'secret' ? `\${${variable}}` : text;
      return put(tree, path, nodeFrom(value, schema, place), place);
    },
    emptyMap({ file: 'environment', line: 1, column: 1 }),
  );
}

type At = Tree['place'];

function nodeFrom(text: string, schema: SchemaNode, place: At): Tree {
  if (schema.type === 'array') {
    const items = text.split(',').map((item): Tree => ({ kind: 'scalar', place, value: item.trim() }));
    return { kind: 'list', place, items };
  }
  return { kind: 'scalar', place, value: typed(text, schema) };
}

function typed(text: string, schema: SchemaNode): string | number | boolean {
  if (schema.type === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true';
  return schema.type === 'integer' && /^\d+$/.test(text) ? Number(text) : text;
}

function put(tree: TreeMap, path: Path, value: Tree, place: At): TreeMap {
  const [step, ...rest] = path;
  const key = String(step);
  const below = tree.entries.get(key)?.value;
  const inner =
    rest.length === 0 ? value : put(below?.kind === 'map' ? below : emptyMap(place), rest, value, place);
  return { ...tree, entries: new Map([...tree.entries, [key, { keyPlace: place, value: inner }]]) };
}

/** Settings from flags, by dotted path (`loki.url`), each with the flag as the user wrote it. */
export function flagTree(flags: readonly Flag[]): TreeMap {
  return flags.reduce(
    (tree, { flag, setting, value }) => {
      const place = { file: flag, line: 1, column: 1 };
      const known = envSettings().find(({ path }) => path.join('.') === setting);
      return put(
        tree,
        setting.split('.'),
        nodeFrom(value, known?.schema ?? { type: 'string' }, place),
        place,
      );
    },
    emptyMap({ file: 'flags', line: 1, column: 1 }),
  );
}

export interface Flag {
  /** As the user wrote it, for messages: `--set`. */
  readonly flag: string;
  readonly setting: string;
  readonly value: string;
}
