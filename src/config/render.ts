import { stringify } from 'yaml';
import type { Config } from './config.ts';
import { type SchemaNode, schemaTree } from './json-schema.ts';
import { plainOf } from './tree.ts';

/**
 * What `config show` prints: the merged settings with all defaults, as YAML that can be loaded again. Holds no secret:
 * they are given as `${NAME}` or as files, and a configuration with one written out is refused.
 */
export function renderConfig(config: Config): string {
  const lists = Object.fromEntries([...config.lists].map(([name]) => [name, givenList(config, name)]));
  const settings = withDefaults(plainOf(config.given), schemaTree());
  return stringify({ ...record(settings), lists }, { lineWidth: 0 });
}

function givenList(config: Config, name: string): unknown {
  const given = record(record(plainOf(config.given))['lists'])[name];
  return given ?? (config.lists.get(name) ?? []).map(({ value }) => value);
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function withDefaults(value: unknown, schema: SchemaNode): unknown {
  const given = value ?? schema.default;
  if (Array.isArray(given) && schema.items !== undefined) {
    const { items } = schema;
    return given.map((item) => withDefaults(item, items));
  }
  if (schema.properties === undefined || typeof given !== 'object' || given === null) return given;
  const known = Object.entries(schema.properties).map(([key, below]) => [
    key,
    withDefaults(record(given)[key], below),
  ]);
  return Object.fromEntries(known.filter(([, setting]) => setting !== undefined));
}
