import type { Condition, DetectionBranch, Rule } from '../rules/rule.ts';
import type { Level } from './audit-policy.ts';
import { fieldTests } from './possible.ts';

/** What must be recorded for a field to be there, by verb. */
const levelFor = (field: string, verb: string): Level => {
  const [head] = field.split('.');
  if (head === 'responseObject') return 'RequestResponse';
  if (head === 'requestObject') return 'Request';
  // Says what could be read, so it is always there.
  if (field === 'rbac.content') return 'Metadata';
  // A patch of one field does not show the result; only the answer does.
  if (head === 'rbac') return verb === 'patch' ? 'RequestResponse' : 'Request';
  return 'Metadata';
};

const ORDER: readonly Level[] = ['Metadata', 'Request', 'RequestResponse'];

/** The level at which a request must be recorded for a branch to judge it. */
export const neededLevel = (branch: DetectionBranch, verb: string): Level => {
  const fields = [...branch.requires, ...positiveFields(branch.condition)];
  const needed = new Set(fields.map((field) => levelFor(field, verb)));
  return ORDER.findLast((level) => needed.has(level)) ?? 'Metadata';
};

/** Fields that some test outside any `not` asks for. */
const positiveFields = (condition: Condition): readonly string[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap(positiveFields);
    case 'selection':
      return positiveFields(condition.of);
    case 'field':
      return fieldTests(condition).map(({ field }) => field);
    case 'not':
    case 'keywords':
      return [];
  }
};

export const detectionsOf = (rule: Rule): readonly DetectionBranch[] =>
  rule.branches.filter((branch) => branch.kind === 'detection');
