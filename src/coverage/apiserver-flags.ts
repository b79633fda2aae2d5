import { readTree, type Tree } from '../config/tree.ts';
import { ConfigError } from '../errors.ts';

/** Flags of a kube-apiserver, with the line each stands on. The last of several counts. */
export interface ApiserverFlags {
  readonly file: string;
  readonly values: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
}

/**
 * Reads flags from a static pod manifest (`/etc/kubernetes/manifests/kube-apiserver.yaml`) or from any text that holds
 * them (a unit file, `ps -o args`, `/proc/<pid>/cmdline`). Throws `ConfigError` when there are none.
 */
export const readApiserverFlags = (file: string, text: string): ApiserverFlags => {
  const tokens = /^\s*(?:kind|"kind")\s*:\s*"?Pod\b/m.test(text)
    ? manifestTokens(file, text)
    : textTokens(text);
  const values = new Map<string, { value: string; line: number }>();
  for (const [index, { token, line }] of tokens.entries()) {
    const [, name, given] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(token) ?? [];
    if (name === undefined) continue;
    const next = tokens[index + 1]?.token;
    const apart = next === undefined || next.startsWith('-') ? 'true' : next;
    values.set(name, { value: unquoted(given ?? apart), line });
  }
  if (values.size > 0) return { file, values };
  const message =
    'no flags of kube-apiserver (`--audit-log-path=…`) are here: give its manifest or its command line';
  throw new ConfigError([{ place: { file, line: 1, column: 1 }, message }]);
};

interface Token {
  readonly token: string;
  readonly line: number;
}

const textTokens = (text: string): readonly Token[] =>
  text
    .split('\n')
    .flatMap((line, index) => line.split(/[\s\0]+/).map((token) => ({ token, line: index + 1 })))
    .filter(({ token }) => token !== '' && token !== '\\');

const manifestTokens = (file: string, text: string): readonly Token[] => {
  const { tree, mistakes } = readTree(file, text);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return scalars(tree);
};

const scalars = (node: Tree): readonly Token[] => {
  if (node.kind === 'map') return [...node.entries.values()].flatMap(({ value }) => scalars(value));
  if (node.kind === 'list') return node.items.flatMap(scalars);
  return [{ token: String(node.value), line: node.place.line }];
};

const unquoted = (value: string): string => value.replace(/^(["'])(.*)\1$/s, '$2');
