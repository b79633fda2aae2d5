import { resourceOf } from './api-request.ts';
import { transportOf } from './api-verbs.ts';
import { SOME_NAME } from './probes.ts';
import type { Shape } from './shapes.ts';

/** Shapes in words, as short as they can be: `get, list secrets; get pods/exec (WebSocket)`. */
export const describeRequests = (shapes: readonly Shape[]): string => {
  const verbs = new Map<string, Set<string>>();
  for (const { probe } of shapes) {
    const { verb, object } = probe.request;
    const transport = object === undefined ? undefined : transportOf(verb, object.subresource);
    const what = object === undefined ? probe.request.path : resourceOf(object);
    const key = JSON.stringify([transport ?? null, what]);
    verbs.set(key, (verbs.get(key) ?? new Set()).add(verb));
  }
  return joinEqual(verbs);
};

/** Resources that are asked for with the same verbs in the same way are said in one go. */
const joinEqual = (verbs: ReadonlyMap<string, ReadonlySet<string>>): string => {
  const alike = new Map<string, string[]>();
  for (const [key, set] of verbs) {
    const [transport, what] = JSON.parse(key) as [string | null, string]; // made above
    const way = JSON.stringify([[...set].join(', '), transport]);
    alike.set(way, [...(alike.get(way) ?? []), what]);
  }
  return [...alike]
    .map(([way, whats]) => {
      const [asked, transport] = JSON.parse(way) as [string, string | null]; // made above
      return `${asked} ${whats.sort().join(', ')}${transport === null ? '' : ` (${transport})`}`;
    })
    .join('; ');
};

/** The one object that all shapes are about, where a rule is about one. */
export const describeObject = (shapes: readonly Shape[]): string => {
  const names = values(shapes, ({ probe }) => probe.loggedName);
  const [only, other] = names;
  return only === undefined || other !== undefined || only === '' || only === SOME_NAME ? '' : only;
};

const values = (shapes: readonly Shape[], read: (shape: Shape) => string): readonly string[] => [
  ...new Set(shapes.map(read)),
];

/** A difference that is worth words: the part names less than the whole does. */
const narrowing = (
  part: readonly Shape[],
  whole: readonly Shape[],
  read: (shape: Shape) => string,
): readonly string[] => {
  const own = values(part, read);
  return own.length < values(whole, read).length ? own : [];
};

/** What sets a part of the shapes apart from all: callers, namespaces, names. Empty when nothing does. */
export const describeNarrowing = (part: readonly Shape[], whole: readonly Shape[]): string => {
  const callers = narrowing(part, whole, ({ probe }) => callerText(probe.caller));
  const namespaces = narrowing(part, whole, ({ probe }) => probe.request.object?.namespace ?? '');
  const names = narrowing(part, whole, ({ probe }) => probe.loggedName);
  const words = [
    callers.length === 0 ? '' : `by ${callers.join(', ')}`,
    namespaces.length === 0
      ? ''
      : `in ${namespaces.map((name) => (name === '' ? 'no namespace' : name)).join(', ')}`,
    names.length === 0 ? '' : `named ${names.map((name) => (name === '' ? '(nothing)' : name)).join(', ')}`,
  ];
  return words.filter((word) => word !== '').join(' ');
};

const callerText = ({ name, groups }: Shape['probe']['caller']): string => {
  const own = groups.filter((group) => !group.startsWith('system:authenticated'));
  return name.startsWith('someone@') && own.length > 0 ? `a member of ${own.join(', ')}` : name;
};
