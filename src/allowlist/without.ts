import type { Condition, Rule } from '../rules/rule.ts';

/** The rule as it would be if nobody were left out by a list or a zone. */
export const withoutExemptions = (rule: Rule): Rule => ({
  ...rule,
  branches: rule.branches.map((branch) =>
    branch.kind === 'detection' ? { ...branch, condition: emptied(branch.condition, false) } : branch,
  ),
});

const emptied = (condition: Condition, negated: boolean): Condition => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { ...condition, of: condition.of.map((part) => emptied(part, negated)) };
    case 'not':
      return { ...condition, of: emptied(condition.of, !negated) };
    case 'selection':
      return { ...condition, of: emptied(condition.of, negated) };
    case 'keywords':
      return condition;
    case 'field': {
      const exempts = negated && (condition.lists !== undefined || condition.field === 'net.zones');
      // No value matches nothing.
      return exempts ? { ...condition, values: [] } : condition;
    }
  }
};
