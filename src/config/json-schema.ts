import { z } from 'zod';
import { KINDS, type Kind } from './fields.ts';
import { settingsSchema } from './schema.ts';
import type { Path, Tree } from './tree.ts';

/** The part of JSON Schema that our schema uses. */
export interface SchemaNode {
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer';
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | false;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly 'x-kind'?: Kind;
}

let cached: SchemaNode | undefined;

/** The JSON Schema of a configuration file, with our kinds. */
export function schemaTree(): SchemaNode {
  // zod's type covers all of JSON Schema; a test walks the whole tree and meets nothing else than SchemaNode
  cached ??= z.toJSONSchema(settingsSchema, { io: 'input' }) as SchemaNode;
  return cached;
}

/** What `config schema` prints: standard JSON Schema, for editors. */
export function configSchema(): unknown {
  const standard = (_: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { 'x-kind': kind, ...rest } = value as SchemaNode; // only objects of the schema come here
    if (kind === undefined) return value;
    const says = KINDS[kind];
    return { ...rest, description: rest.description === undefined ? says : `${rest.description} (${says})` };
  };
  return JSON.parse(JSON.stringify({ title: 'detector configuration', ...schemaTree() }, standard));
}

/** The schema of the setting at `path`; of several shapes, the one that `tree` has there. */
export function schemaAt(path: Path, tree: Tree): SchemaNode | undefined {
  let node: SchemaNode | undefined = schemaTree();
  let given: Tree | undefined = tree;
  for (const step of path) {
    node = stepInto(shapeOf(node, given), step);
    if (given?.kind === 'map') given = given.entries.get(String(step))?.value;
    else given = given?.kind === 'list' && typeof step === 'number' ? given.items[step] : undefined;
  }
  return node === undefined ? undefined : shapeOf(node, given);
}

function stepInto(node: SchemaNode | undefined, step: string | number): SchemaNode | undefined {
  if (typeof step === 'number') return node?.items;
  const { properties = {}, additionalProperties } = node ?? {};
  if (Object.hasOwn(properties, step)) return properties[step];
  return additionalProperties === false ? undefined : additionalProperties;
}

/** Entries of zones and lists are text or a map. */
function shapeOf(node: SchemaNode | undefined, given: Tree | undefined): SchemaNode | undefined {
  if (node?.anyOf === undefined || given === undefined) return node;
  const type = given.kind === 'map' ? 'object' : given.kind === 'list' ? 'array' : typeof given.value;
  return node.anyOf.find((shape) => shape.type === type) ?? node;
}

/** `a list of networks`, for messages. */
export function describe(node: SchemaNode | undefined): string {
  if (node === undefined) return 'something else';
  if (node.anyOf !== undefined) return node.anyOf.map(describe).join(', or ');
  if (node['x-kind'] !== undefined) return KINDS[node['x-kind']];
  if (node.enum !== undefined) return `one of ${node.enum.join(', ')}`;
  if (node.type === 'array') return `a list, each entry ${describe(node.items)}`;
  if (node.type === 'boolean') return 'true or false';
  if (node.type === 'integer') return `a whole number from ${node.minimum} to ${node.maximum}`;
  if (node.type !== 'object') return 'text';
  const keys = Object.keys(node.properties ?? {});
  return keys.length > 0 ? `a map with the keys ${keys.join(', ')}` : 'a map of names';
}
