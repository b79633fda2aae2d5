/** A JSON object. Own keys only ever come from `JSON.parse`, so `__proto__` is a plain key. */
export type Doc = { readonly [key: string]: unknown };

/** A non-empty string. Absent, null, empty and of another type are all the same: missing. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const object = (value: unknown): Doc | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Doc) : undefined; // narrowed by the three checks

const NONE: readonly never[] = [];

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : NONE);

const isText = (element: unknown): element is string => typeof element === 'string' && element !== '';

/** The strings of a list; elements of another type are left out. The list itself when nothing has to be. */
export const texts = (value: unknown): readonly string[] => {
  const elements = list(value);
  return elements.every(isText) ? elements : elements.filter(isText);
};

/** True when something is there: not absent, null, empty text, empty list. */
export const present = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
