import { describe, expect, test } from 'vitest';
import { envSettings } from '../../src/config/env.ts';
import { configSchema, type SchemaNode, schemaTree } from '../../src/config/json-schema.ts';

interface Found {
  readonly path: string;
  readonly node: SchemaNode;
}

function nodesBelow(node: SchemaNode, path = 'settings'): readonly Found[] {
  const { properties = {}, items, additionalProperties, anyOf = [] } = node;
  return [
    { path, node },
    ...Object.entries(properties).flatMap(([key, below]) => nodesBelow(below, `${path}.${key}`)),
    ...(items === undefined ? [] : nodesBelow(items, `${path}[]`)),
    ...(typeof additionalProperties === 'object' ? nodesBelow(additionalProperties, `${path}.*`) : []),
    ...anyOf.flatMap((shape, index) => nodesBelow(shape, `${path}|${index}`)),
  ];
}

const nodes = nodesBelow(schemaTree());
const KEYWORDS = [
  '$schema',
  'additionalProperties',
  'anyOf',
  'default',
  'description',
  'enum',
  'items',
  'maximum',
  'minItems',
  'minimum',
  'properties',
  'propertyNames',
  'required',
  'type',
  'x-kind',
];

describe('the schema', () => {
  test('uses only what messages and the reference page understand', () => {
    expect(nodes.length).toBeGreaterThan(80);
    const strange = nodes.flatMap(({ path, node }) =>
      Object.keys(node)
        .filter((keyword) => !KEYWORDS.includes(keyword))
        .map((keyword) => `${path}: ${keyword}`),
    );
    expect(strange).toEqual([]);
  });

  test('refuses unknown keys everywhere', () => {
    const open = nodes.filter(
      ({ node }) => node.properties !== undefined && node.additionalProperties !== false,
    );
    expect(open.map(({ path }) => path)).toEqual([]);
  });

  test('describes every setting', () => {
    const silent = nodes.flatMap(({ path, node }) =>
      Object.entries(node.properties ?? {})
        .filter(([, below]) => (below.description ?? '') === '')
        .map(([key]) => `${path}.${key}`),
    );
    expect(silent).toEqual([]);
  });

  test('gives every secret a file form beside it', () => {
    const secrets = nodes.flatMap(({ node }) =>
      Object.entries(node.properties ?? {})
        .filter(([, below]) => below['x-kind'] === 'secret')
        .map(([key]) => ({ key, file: node.properties?.[`${key}_file`]?.['x-kind'] })),
    );
    expect(secrets.length).toBeGreaterThan(4);
    expect(secrets.filter(({ file }) => file !== 'path')).toEqual([]);
  });

  test('is standard JSON Schema when it is printed', () => {
    const printed = JSON.stringify(configSchema());
    expect(printed).toContain('"$schema":"https://json-schema.org/draft/2020-12/schema"');
    expect(printed).not.toContain('x-kind');
    expect(printed).toContain('Time between two polls of a stream. (a duration');
  });
});

describe('environment variables', () => {
  const variables = envSettings().map(({ variable }) => variable);

  test('are one for each setting', () => {
    expect(variables).toContain('DETECTOR_SLACK_TOKEN_FILE');
    expect(new Set(variables).size).toBe(variables.length);
  });

  test('are none of those that Kubernetes sets beside a Service', () => {
    expect(
      variables.filter((variable) => /_(?:SERVICE_HOST|SERVICE_PORT|PORT|PORT_.*)$/.test(variable)),
    ).toEqual([]);
  });
});
