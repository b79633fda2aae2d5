import type { Event } from '../event.ts';
import { textOf } from './comparators.ts';
import { anyOf, type Necessary, necessaryOf } from './necessary.ts';
import type { FieldReader, ReaderOf } from './path-reader.ts';
import type { CompiledRule } from './program.ts';

/**
 * Finds the rules that an event can meet, so that the cost of an event grows with the rules that speak of its kind
 * and not with all rules. Each rule is filed under the values that one field must have for it to fire; rules without
 * such a field are always asked.
 */
export interface RuleIndex {
  /** Calls `visit` with every rule that can fire, in an order that depends on the event alone. */
  visit(event: Event, visit: (rule: CompiledRule) => void): void;
}

interface Shelf {
  readonly read: FieldReader;
  readonly rules: readonly CompiledRule[];
  readonly byText: ReadonlyMap<string, readonly CompiledRule[]>;
}

export const createRuleIndex = (rules: readonly CompiledRule[], readerOf: ReaderOf): RuleIndex => {
  const necessary = new Map(rules.map((compiled) => [compiled, necessaryOfRule(compiled)] as const));
  const shelved = new Map(rules.map((rule) => [rule, bestField(rule, necessary)] as const));
  const always = rules.filter((rule) => shelved.get(rule) === undefined);
  const shelves = [...new Set(shelved.values())]
    .filter((field) => field !== undefined)
    .map((field) =>
      createShelf(
        field,
        rules.filter((rule) => shelved.get(rule) === field),
        necessary,
        readerOf(field),
      ),
    );
  return {
    visit(event, visit) {
      for (const rule of always) visit(rule);
      for (const shelf of shelves) for (const rule of rulesOn(shelf, event)) visit(rule);
    },
  };
};

const NONE: readonly CompiledRule[] = [];

const rulesOn = ({ read, rules, byText }: Shelf, event: Event): readonly CompiledRule[] => {
  const value = read(event);
  if (value === undefined || value === null) return NONE;
  // A list can hold several of the values; testing all rules is right, and rare.
  const text = textOf(value);
  return text === undefined ? rules : (byText.get(text.toLowerCase()) ?? NONE);
};

const necessaryOfRule = ({ rule }: CompiledRule): Necessary =>
  anyOf(
    rule.branches
      .filter((branch) => branch.kind === 'detection')
      .map(({ condition }) => necessaryOf(condition)),
  );

/** The field that tells most rules apart, so that few fields are read. */
const bestField = (
  rule: CompiledRule,
  necessary: ReadonlyMap<CompiledRule, Necessary>,
): string | undefined => {
  const spread = (field: string): number =>
    new Set([...necessary.values()].flatMap((each) => [...(each.get(field) ?? [])])).size;
  const fields = [...(necessary.get(rule)?.keys() ?? [])];
  return fields.sort((a, b) => spread(b) - spread(a) || (a < b ? -1 : 1))[0];
};

const createShelf = (
  field: string,
  rules: readonly CompiledRule[],
  necessary: ReadonlyMap<CompiledRule, Necessary>,
  read: FieldReader,
): Shelf => {
  const byText = new Map<string, CompiledRule[]>();
  for (const rule of rules) {
    for (const text of necessary.get(rule)?.get(field) ?? []) {
      const filed = byText.get(text) ?? [];
      byText.set(text, filed);
      filed.push(rule);
    }
  }
  return { read, rules, byText };
};
