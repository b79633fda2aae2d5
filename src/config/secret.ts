/** Where a secret is, never the secret itself: configuration can be shown, logged and kept. */
export type Secret =
  | { readonly from: 'env'; readonly variable: string }
  | { readonly from: 'file'; readonly path: string };

/** A reference to an environment variable, as `${NAME}`. */
export interface EnvReference {
  readonly variable: string;
}

const REFERENCE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

export function parseEnvReference(text: string): EnvReference | { readonly problem: string } {
  const [, variable] = REFERENCE.exec(text) ?? [];
  if (variable !== undefined) return { variable };
  return { problem: `not \${NAME}` };
}

/** A secret that may be given as `token` (from the environment) or as `token_file`. */
export function secretOf(reference: EnvReference | undefined, path: string | undefined): Secret | undefined {
  if (reference !== undefined) return { from: 'env', variable: reference.variable };
  return path === undefined ? undefined : { from: 'file', path };
}
