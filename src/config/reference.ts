import { envSettings } from './env.ts';
import { KINDS } from './fields.ts';
import { describe, type SchemaNode, schemaTree } from './json-schema.ts';
import { withDefaults } from './lists.ts';

const INTRODUCTION = `# Configuration

<!-- Written from the schema: npx vitest run test/config/reference.test.ts -u -->

YAML, given with \`--config FILE\` (several times: a later file replaces single settings, zones, lists and sources of an
earlier one, by name) or in \`DETECTOR_CONFIG\`. A flag goes before the environment, the environment before files, files
before defaults. An unknown key is an error. \`examples/detector.yaml\` is a commented configuration to start from.

- A **duration** is ${KINDS.duration.replace('a duration: ', '')}.
- A **path** in a file is relative to that file; in a variable or a default, to the working directory.
- A **secret** never stands in a file. Name a file that holds it (\`token_file\`), write the name of an environment
  variable (\`token: \${SLACK_TOKEN}\`), or set the variable of the setting (\`DETECTOR_SLACK_TOKEN\`).
- A zone or list **entry** is text, or a map with a \`reason\` and an \`until\`: the entry counts before that moment only, in
  the time of the event. \`{cidr: 198.51.100.7, reason: conference, until: 2026-12-05}\``;

/** The page docs/configuration.md. A test keeps the two the same. */
export function renderReference(): string {
  const sections = Object.entries(schemaTree().properties ?? {}).map(([name, schema]) =>
    section(name, schema),
  );
  return `${[INTRODUCTION, ...sections, knownLists()].join('\n\n')}\n`;
}

function section(name: string, schema: SchemaNode): string {
  const rows = settings(name, schema);
  const table = ['| Setting | Meaning | Valid | Default | Variable |', '|---|---|---|---|---|', ...rows];
  return [`## ${name}`, schema.description ?? '', table.join('\n')].join('\n\n');
}

/** A row for each single setting below. */
function settings(path: string, schema: SchemaNode): readonly string[] {
  const { properties, items, additionalProperties } = schema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([key, below]) => {
      const rows = settings(`${path}.${key}`, below);
      return schema.required?.includes(key) === true
        ? rows.map((row) => row.replace(NO_DEFAULT, '| required |'))
        : rows;
    });
  }
  if (items?.properties !== undefined) return settings(`${path}[]`, items);
  if (typeof additionalProperties === 'object') {
    return [row(`${path}.NAME`, { description: schema.description ?? '' }, additionalProperties)];
  }
  return [row(path, schema, schema)];
}

const NO_DEFAULT = '| – |';

function row(path: string, { description = '', default: fallback }: SchemaNode, schema: SchemaNode): string {
  const variable = envSettings().find((setting) => setting.path.join('.') === path)?.variable;
  const shown =
    fallback === undefined ? NO_DEFAULT : `| \`${JSON.stringify(fallback).replace(/^"(.*)"$/, '$1')}\` |`;
  const cells = [`\`${path}\``, description, describe(schema)].map((cell) => cell.replaceAll('|', '\\|'));
  return `| ${cells.join(' | ')} ${shown} ${variable === undefined ? '' : `\`${variable}\``} |`;
}

function knownLists(): string {
  const rows = [...withDefaults({})].map(
    ([name, entries]) =>
      `| \`${name}\` | ${entries.map(({ value }) => `\`${value}\``).join(', ') || 'empty'} |`,
  );
  const head =
    'The shipped rules name these lists. One that a configuration does not give has these entries:';
  return ['## Known lists', head, ['| List | Entries |', '|---|---|', ...rows].join('\n')].join('\n\n');
}
