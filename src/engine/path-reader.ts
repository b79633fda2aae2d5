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
  /** True when a key is one that every object inherits (`constructor`, `__proto__`). */
  readonly inherited: boolean;
}

const toPath = (literal: string): Path => {
  const dot = literal.indexOf('.');
  const head = dot < 0 ? literal : literal.slice(0, dot);
  const inherited = literal in Object.prototype || head in Object.prototype;
  return { literal, head, tail: dot < 0 ? undefined : toPath(literal.slice(dot + 1)), inherited };
};

type Document = Readonly<Record<string, unknown>>;

const own = (object: Document, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const readObject = (object: Document, path: Path): unknown => {
  // Asking `hasOwn` first costs half of the time of a test, so only names that can be inherited pay for it.
  const { literal, head, tail, inherited } = path;
  const whole = inherited ? own(object, literal) : object[literal];
  if (whole !== undefined || tail === undefined) return whole;
  const value = inherited ? own(object, head) : object[head];
  return value === undefined ? undefined : read(value, tail, 0);
};

const read = (value: unknown, path: Path, lists: number): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return lists < DEEPEST_LISTS ? readEach(value, path, lists + 1) : undefined;
  return readObject(value as Document, path); // neither null nor a list
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
