import type { Condition, FieldTest } from '../rules/rule.ts';

/**
 * What must hold for a condition to hold: for each field named, its value is one of these (lower-cased) texts.
 * Sound, not complete: a condition that says nothing of the kind has no entry.
 */
export type Necessary = ReadonlyMap<string, ReadonlySet<string>>;

const NOTHING: Necessary = new Map();

export const necessaryOf = (condition: Condition): Necessary => {
  switch (condition.kind) {
    case 'and':
      return condition.of.map(necessaryOf).reduce(both, NOTHING);
    case 'or':
      return anyOf(condition.of.map(necessaryOf));
    case 'selection':
      return necessaryOf(condition.of);
    case 'field':
      return necessaryOfTest(condition);
    case 'not':
    case 'keywords':
      return NOTHING;
  }
};

/** Of two statements about one field, either alone is necessary: the shorter list is kept. */
const both = (a: Necessary, b: Necessary): Necessary => {
  const joined = new Map(a);
  for (const [field, texts] of b) {
    const other = joined.get(field);
    if (other === undefined || texts.size < other.size) joined.set(field, texts);
  }
  return joined;
};

/** Only a field that every alternative speaks of is necessary. */
export const anyOf = (alternatives: readonly Necessary[]): Necessary => {
  const [first, ...rest] = alternatives;
  if (first === undefined) return NOTHING;
  const joined = new Map<string, ReadonlySet<string>>();
  for (const [field, texts] of first) {
    const others = rest.map((alternative) => alternative.get(field)).filter((other) => other !== undefined);
    if (others.length === rest.length)
      joined.set(field, new Set([texts, ...others].flatMap((set) => [...set])));
  }
  return joined;
};

const necessaryOfTest = ({ field, values }: FieldTest): Necessary => {
  const texts = values.map((value) => (value.op === 'equals' ? value.value.toLowerCase() : undefined));
  const known = texts.filter((text) => text !== undefined);
  // With `all`, one value would do; a list of one is an error there, so the case is rare enough to leave out.
  return known.length === values.length && known.length > 0 ? new Map([[field, new Set(known)]]) : NOTHING;
};
