import { compileCondition } from '../engine/compile.ts';
import type { ReaderOf } from '../engine/path-reader.ts';
import type { Event } from '../event.ts';
import type { Condition, FieldTest } from '../rules/rule.ts';

/** Fields that an audit policy's decision rests on too: the request alone settles them. */
const SETTLED: ReadonlySet<string> = new Set([
  'event.actor',
  'k8s.actor',
  'k8s.groups',
  'k8s.verb',
  'k8s.resource',
  'k8s.subresource',
  'k8s.namespace',
  'k8s.name',
  'verb',
  'user.username',
  'user.groups',
  'objectRef.apiGroup',
  'objectRef.resource',
  'objectRef.subresource',
  'objectRef.namespace',
  'objectRef.name',
]);

/** True, false, or undefined: that depends on what else the line says (its outcome, its body, the address). */
export type Possible = (event: Event) => boolean | undefined;

/** Whether a request can meet a condition, by the engine's own comparators. */
export const compilePossible = (condition: Condition, readerOf: ReaderOf): Possible => {
  switch (condition.kind) {
    case 'and':
      return every(condition.of.map((part) => compilePossible(part, readerOf)));
    case 'or': {
      const none = every(condition.of.map((part) => inverse(compilePossible(part, readerOf))));
      return inverse(none);
    }
    case 'not':
      return inverse(compilePossible(condition.of, readerOf));
    case 'selection':
      return compilePossible(condition.of, readerOf);
    case 'field':
      // A list that is empty in the configuration matches nothing, whatever the line says.
      if (condition.values.length > 0 && !SETTLED.has(condition.field)) return () => undefined;
      return compileCondition(condition, readerOf).test;
    case 'keywords':
      return () => undefined;
  }
};

const every =
  (parts: readonly Possible[]): Possible =>
  (event) => {
    let answer: boolean | undefined = true;
    for (const part of parts) {
      const own = part(event);
      if (own === false) return false;
      if (own === undefined) answer = undefined;
    }
    return answer;
  };

const inverse =
  (part: Possible): Possible =>
  (event) => {
    const answer = part(event);
    return answer === undefined ? undefined : !answer;
  };

export const fieldTests = (condition: Condition): readonly FieldTest[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap(fieldTests);
    case 'not':
    case 'selection':
      return fieldTests(condition.of);
    case 'field':
      return [condition];
    case 'keywords':
      return [];
  }
};

/** Texts that meet the tests of some fields. Not `exact` when a test takes more than the texts it names. */
export interface Samples {
  readonly texts: readonly string[];
  readonly exact: boolean;
}

export const samplesOf = (condition: Condition, fields: readonly string[]): Samples => {
  const values = fieldTests(condition)
    .filter(({ field }) => fields.includes(field))
    .flatMap((test) => test.values);
  const exact = values.every(({ op }) => op === 'equals' || op === 'null');
  return { texts: [...new Set(values.flatMap(sampleOf))], exact };
};

/** What stands where a pattern leaves room. */
const ANY = 'some';

const sampleOf = (value: FieldTest['values'][number]): readonly string[] => {
  switch (value.op) {
    case 'equals':
    case 'contains':
      return value.value === '' ? [] : [value.value];
    case 'startswith':
      return [`${value.value}${ANY}`];
    case 'endswith':
      return [`${ANY}${value.value}`];
    case 'wildcard':
      return [value.parts.map((part) => ('literal' in part ? part.literal : ANY)).join('')];
    default:
      return [];
  }
};
