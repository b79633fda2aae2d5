import type { Event } from '../event.ts';

/** Reads one field of an event. Undefined: the event does not have it. A list: any element may match. */
export type FieldReader = (event: Event) => unknown;

/** Which reader serves a field: a decoder's derived field, else its path. Asked at compile time only. */
export type ReaderOf = (field: string) => FieldReader;

/** Lists directly inside lists: real documents have none, an attacker's may have ten thousand. */
const DEEPEST_LISTS = 8;

/** The remaining segments of a path, with the literal key that they would be together. */
interface Path {
  readonly literal: string;
  readonly head: string;
  readonly tail: Path | undefined;
}

const toPath = (literal: string): Path => {
  const dot = literal.indexOf('.');
  if (dot < 0) return { literal, head: literal, tail: undefined };
  return { literal, head: literal.slice(0, dot), tail: toPath(literal.slice(dot + 1)) };
};

const read = (value: unknown, path: Path, lists: number): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return lists < DEEPEST_LISTS ? readEach(value, path, lists + 1) : undefined;
  const object = value as Readonly<Record<string, unknown>>; // neither null nor a list
  // `hasOwn` and not `in`: `constructor` and `__proto__` are no fields unless the document itself has them.
  if (Object.hasOwn(object, path.literal)) return object[path.literal];
  if (path.tail === undefined || !Object.hasOwn(object, path.head)) return undefined;
  return read(object[path.head], path.tail, 0);
};

const readEach = (list: readonly unknown[], path: Path, lists: number): unknown => {
  const found: unknown[] = [];
  for (const element of list) {
    const value = read(element, path, lists);
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const each of value) found.push(each);
    else found.push(value);
  }
  return found.length === 0 ? undefined : found;
};

/**
 * Reads the parsed document: the literal key first (annotation keys contain dots), then the dotted path; the same at
 * every level. Through lists, what any element has.
 */
export const pathReader = (field: string): FieldReader => {
  const path = toPath(field);
  return ({ doc }) => read(doc, path, 0);
};
