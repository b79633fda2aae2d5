import type { Condition, Rule } from '../rules/rule.ts';

/** A list or the zones by which a rule leaves somebody out. */
export interface Exemption {
  readonly rule: string;
  readonly kind: 'list' | 'zone';
  /** Name of the list; of a zone one of those that the rule trusts. */
  readonly name: string;
  readonly field: string;
  /** Of a zone: all that the rule trusts. */
  readonly zones: readonly string[];
}

/** The lists and zones that stand under a `not` in the conditions of a rule. */
export const exemptionsOf = (rule: Rule): readonly Exemption[] => {
  const found = rule.branches.flatMap((branch) =>
    branch.kind === 'detection' ? exemptionsIn(branch.condition, false, rule.code) : [],
  );
  const byName = new Map(found.map((each) => [`${each.kind} ${each.name} ${each.field}`, each]));
  return [...byName.values()];
};

const exemptionsIn = (condition: Condition, negated: boolean, rule: string): readonly Exemption[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap((part) => exemptionsIn(part, negated, rule));
    case 'not':
      return exemptionsIn(condition.of, !negated, rule);
    case 'selection':
      return exemptionsIn(condition.of, negated, rule);
    case 'keywords':
      return [];
    case 'field': {
      if (!negated) return [];
      const { field, lists = [] } = condition;
      const zones =
        field === 'net.zones'
          ? condition.values.flatMap((value) => (value.op === 'equals' ? [value.value] : []))
          : [];
      return [
        ...lists.map((name) => ({ rule, kind: 'list' as const, name, field, zones: [] })),
        ...zones.slice(0, 1).map((name) => ({ rule, kind: 'zone' as const, name, field, zones })),
      ];
    }
  }
};
