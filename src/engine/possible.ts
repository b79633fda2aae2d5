import type { Event } from '../event.ts';
import type { Condition } from '../rules/rule.ts';
import { compileCondition } from './compile.ts';
import type { ReaderOf } from './path-reader.ts';

/** Whether an event of which only a part is known meets a condition; undefined: what is not known decides. */
export type Possible = (event: Event) => boolean | undefined;

/** True when the field reads from this event what it would read from the whole one. */
export type Knows = (field: string, event: Event) => boolean;

/** The condition in three values (Kleene). Fields are compared as `compileCondition` compares them. */
export const compilePossible = (condition: Condition, readerOf: ReaderOf, knows: Knows): Possible => {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => compilePossible(part, readerOf, knows));
      const decisive = condition.kind === 'or';
      return (event) => {
        let answer: boolean | undefined = !decisive;
        for (const part of parts) {
          const each = part(event);
          if (each === decisive) return decisive;
          if (each === undefined) answer = undefined;
        }
        return answer;
      };
    }
    case 'not': {
      const inner = compilePossible(condition.of, readerOf, knows);
      return (event) => {
        const answer = inner(event);
        return answer === undefined ? undefined : !answer;
      };
    }
    case 'selection':
      return compilePossible(condition.of, readerOf, knows);
    case 'field': {
      const others = condition.values.flatMap((value) => (value.op === 'fieldref' ? [value.field] : []));
      const fields = [condition.field, ...others];
      // Such an entry needs the event's time, which a part of the event may not have.
      if (condition.values.some(({ op }) => op === 'until')) return () => undefined;
      const { test } = compileCondition(condition, readerOf);
      return (event) => {
        for (const field of fields) if (!knows(field, event)) return undefined;
        return test(event);
      };
    }
    case 'keywords':
      return () => undefined;
  }
};
