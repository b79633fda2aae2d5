import { compileAnyOf } from '../../src/engine/comparators.ts';
import { pathReader } from '../../src/engine/path-reader.ts';
import type { Trace } from '../../src/engine/trace.ts';
import type { Condition, FieldTest } from '../../src/rules/rule.ts';

/** Alternatives of a condition: each side of an `or`, each value of a list that the rule itself spells out. */
export interface Alternatives {
  /** Those that can make it fire. */
  readonly fires: readonly string[];
  /** Those below a `not`, that can keep it from firing. */
  readonly stops: readonly string[];
}

interface Alternative {
  readonly name: string;
  readonly negated: boolean;
}

/** `condition` has to be loaded with empty lists, so that values of the configuration are none of its own. */
export const alternativesOf = (condition: Condition): Alternatives => {
  const found = listed(condition, '', false);
  const names = (wanted: boolean): readonly string[] =>
    found.filter(({ negated }) => negated === wanted).map(({ name }) => name);
  return { fires: names(false), stops: names(true) };
};

const listed = (node: Condition, path: string, negated: boolean): readonly Alternative[] => {
  switch (node.kind) {
    case 'and':
      return node.of.flatMap((part, at) => listed(part, `${path}&${at}`, negated));
    case 'or':
      return node.of.flatMap((part, at) => [
        { name: `${path}|${at}`, negated },
        ...listed(part, `${path}|${at}`, negated),
      ]);
    case 'not':
      return listed(node.of, `${path}!`, !negated);
    case 'selection':
      return listed(node.of, `${path} ${node.name}`, negated);
    case 'field':
      return literals(node).map((value) => ({ name: `${path} ${node.field}=${value}`, negated }));
    case 'keywords':
      return [];
  }
};

const literals = ({ all, values }: FieldTest): readonly string[] =>
  all || values.length < 2 ? [] : values.flatMap((value) => spelled(value));

const spelled = (value: FieldTest['values'][number]): readonly string[] => {
  if (value.op === 'exists') throw new Error('a list of values holds no `exists`');
  return compileAnyOf([value], pathReader).map((comparator) => comparator.spell(undefined));
};

/** The alternatives that alone made a condition hold, or, below a `not` that failed, made that hold. */
export const deciding = (trace: Trace, path = ''): readonly string[] => {
  if (!trace.matched && trace.kind !== 'not') return [];
  switch (trace.kind) {
    case 'and':
      return trace.of.flatMap((part, at) => deciding(part, `${path}&${at}`));
    case 'or': {
      const held = [...trace.of.entries()].filter(([, part]) => part.matched);
      const inside = held.flatMap(([at, part]) => deciding(part, `${path}|${at}`));
      const [only, ...others] = held;
      return only === undefined || others.length > 0 ? inside : [`${path}|${only[0]}`, ...inside];
    }
    case 'not':
      return deciding(trace.of, `${path}!`);
    case 'selection':
      return deciding(trace.of, `${path} ${trace.name}`);
    case 'field': {
      const [only, ...others] = trace.by;
      return only === undefined || others.length > 0 ? [] : [`${path} ${trace.field}=${only}`];
    }
    case 'keywords':
      return [];
  }
};

/** Whether a condition that does not hold would hold if just one field, or one `not`, were otherwise. */
export const isNear = (trace: Trace): boolean => !trace.matched && turnedBy(trace).length > 0;

/** The alternatives that alone kept a condition from holding: those of the one `not` that stands in its way. */
export const stopping = (trace: Trace): readonly string[] =>
  trace.matched
    ? []
    : turnedBy(trace).flatMap(({ node, path }) => (node.kind === 'not' ? deciding(node, path) : []));

interface Turn {
  readonly node: Trace;
  readonly path: string;
}

/** The single nodes that would turn a part that does not hold into one that does. */
const turnedBy = (trace: Trace, path = ''): readonly Turn[] => {
  switch (trace.kind) {
    case 'and': {
      const failed = [...trace.of.entries()].filter(([, part]) => !part.matched);
      const [only, ...others] = failed;
      return only === undefined || others.length > 0 ? [] : turnedBy(only[1], `${path}&${only[0]}`);
    }
    case 'or':
      return trace.of.flatMap((part, at) => turnedBy(part, `${path}|${at}`));
    case 'selection':
      return turnedBy(trace.of, `${path} ${trace.name}`);
    case 'not':
    case 'field':
    case 'keywords':
      return [{ node: trace, path }];
  }
};
