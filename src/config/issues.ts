import type { z } from 'zod';
import type { Mistake } from '../errors.ts';
import { nearestNames } from '../nearest.ts';
import { describe, type SchemaNode, schemaAt } from './json-schema.ts';
import { keyPlaceOf, nodeAt, type Path, placeOf, type Tree } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** Says each issue that zod found in the words of a configuration file, at its place. */
export const mistakesOf = (issues: readonly Issue[], tree: Tree): readonly Mistake[] =>
  issues.flatMap((issue) => explain(issue, pathOf(issue), tree));

/** Keys of our settings are text and positions; symbols cannot come out of YAML. */
const pathOf = ({ path }: { readonly path: readonly PropertyKey[] }): Path =>
  path.map((step) => (typeof step === 'number' ? step : String(step)));

function explain(issue: Issue, path: Path, tree: Tree): readonly Mistake[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, tree));
  if (issue.code === 'invalid_union') return explainUnion(issue.errors, path, tree);
  const place = placeOf(tree, path);
  const setting = nameOf(path);
  const given = nodeAt(tree, path);
  if (given === undefined) {
    return [{ place, message: `${setting} is missing; it must be ${describe(schemaAt(path, tree))}` }];
  }
  if (schemaAt(path, tree)?.['x-kind'] === 'secret') return [{ place, message: inlineSecret(path) }];
  if (issue.code === 'custom') return [{ place, message: `${setting}: ${issue.message}` }];
  if (given.kind === 'list' && issue.code === 'too_small') {
    return [{ place, message: `${setting} must not be empty: leave it out, or give at least one entry` }];
  }
  const schema = schemaAt(path, tree);
  const hint = issue.code === 'invalid_value' ? nearHint(given, issue.values) : spelling(schema, given);
  return [{ place, message: `${setting} must be ${describe(schema)}; it is ${show(given)}${hint}` }];
}

/** Without the value: it may be the secret. */
function inlineSecret(path: Path): string {
  const key = path.at(-1);
  return `${nameOf(path)}: a secret does not stand in a configuration file; name a file that holds it in \`${key}_file\`, or write \${NAME} to take it from the environment`;
}

function unknownKey(key: string, path: Path, tree: Tree): Mistake {
  const valid = Object.keys(schemaAt(path, tree)?.properties ?? {});
  const near = nearestNames(key, valid);
  const where = path.length === 0 ? '' : ` in ${nameOf(path)}`;
  const meant = near[0] === undefined ? '' : `did you mean \`${near[0]}\`? `;
  const all = [...new Set([...near, ...valid])].join(', ');
  return {
    place: keyPlaceOf(tree, [...path, key]),
    message: `unknown key \`${key}\`${where}; ${meant}valid: ${all}`,
  };
}

/** Of the shapes that an entry may have, only the one that it has is worth talking about. */
function explainUnion(shapes: readonly (readonly Issue[])[], path: Path, tree: Tree): readonly Mistake[] {
  const near = shapes.find((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code !== 'invalid_type'),
  );
  if (near !== undefined) {
    return near.flatMap((issue) => explain(issue, [...path, ...pathOf(issue)], tree));
  }
  const given = nodeAt(tree, path);
  const message = `${nameOf(path)} must be ${describe(schemaAt(path, tree))}; it is ${given === undefined ? 'missing' : show(given)}`;
  return [{ place: placeOf(tree, path), message }];
}

function nearHint(given: Tree, values: readonly unknown[]): string {
  if (given.kind !== 'scalar' || typeof given.value !== 'string') return '';
  const [best] = nearestNames(given.value, values.map(String));
  return best === undefined ? '' : `; did you mean \`${best}\`?`;
}

/** How to write what was probably meant: YAML reads `123` and `true` as they look, and lists want brackets. */
function spelling(schema: SchemaNode | undefined, given: Tree): string {
  if (given.kind !== 'scalar') return '';
  if (schema?.type === 'array') {
    return given.value === null ? ' (`[]` is an empty one)' : ` (write [${String(given.value)}])`;
  }
  return schema?.['x-kind'] === 'text' && given.value !== null ? ' (put it in quotes)' : '';
}

function show(given: Tree): string {
  if (given.kind !== 'scalar') return given.kind === 'map' ? 'a map' : 'a list';
  if (given.value === null) return 'empty';
  if (typeof given.value === 'string') return `the text ${JSON.stringify(cut(given.value))}`;
  return typeof given.value === 'number' ? `the number ${given.value}` : `${given.value}`;
}

const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** `zones.lan[2].until` */
export const nameOf = (path: Path): string =>
  `\`${path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('')}\``;
