import type { Branch, Condition, CountBranch, FieldTest, Rule, ValueTest } from '../rules/rule.ts';

/** A rule with one thing wrong. A case that does not notice it does not prove that thing. */
export interface Mutant {
  readonly rule: string;
  /** Name of the rule document: `K5.many`. */
  readonly branch: string;
  /** What was changed, for people. */
  readonly change: string;
  /** 1-based line of the rule file. */
  readonly line: number;
  /** The same mistake in the same rule, loaded with other lists. */
  apply(rule: Rule): Rule;
}

/**
 * All mutants of a rule: each part of each condition dropped or turned around, each value left out, thresholds and
 * windows shifted. Give the rule as loaded with empty lists: the values of lists are not the rule's.
 */
export const mutantsOf = (rule: Rule): readonly Mutant[] =>
  rule.branches.flatMap((branch) => {
    const changes =
      branch.kind === 'count' ? countChanges(branch) : conditionChanges(branch.condition, branch);
    return changes.map(({ change, line, alter }) => ({
      rule: rule.code,
      branch: branch.name,
      change,
      line,
      apply: (given: Rule) => ({
        ...given,
        branches: given.branches.map((each) => (each.name === branch.name ? alter(each) : each)),
      }),
    }));
  });

interface Change {
  readonly change: string;
  readonly line: number;
  alter(branch: Branch): Branch;
}

const countChanges = (branch: CountBranch): readonly Change[] => {
  const of = (change: string, values: Partial<CountBranch>): Change => ({
    change,
    line: branch.line,
    alter: (given) => (given.kind === 'count' ? { ...given, ...values } : given),
  });
  const { threshold, timespanMs, groupBy } = branch;
  return [
    of(`threshold ${threshold + 1} for ${threshold}`, { threshold: threshold + 1 }),
    of(`threshold ${threshold - 1} for ${threshold}`, { threshold: threshold - 1 }),
    of('twice the timespan', { timespanMs: timespanMs * 2 }),
    of('half the timespan', { timespanMs: timespanMs / 2 }),
    ...groupBy.map((field) =>
      of(`not grouped by ${field}`, { groupBy: groupBy.filter((each) => each !== field) }),
    ),
  ];
};

const conditionChanges = (root: Condition, branch: Branch): readonly Change[] => {
  const found: Change[] = [];
  const visit = (node: Condition, path: readonly number[], name: string | undefined): void => {
    const line = lineOf(node) ?? branch.line;
    const said = describe(node, name);
    const add = (change: string, alter: (at: Condition) => Condition | undefined): void => {
      found.push({ change, line, alter: (given) => alterAt(given, path, alter) });
    };
    if (node.kind === 'and' || node.kind === 'or') {
      for (const [index, child] of node.of.entries()) {
        if (node.of.length > 1)
          found.push({
            change: `without ${describe(child, name)}`,
            line: lineOf(child) ?? branch.line,
            alter: (given) => alterAt(given, path, (at) => withoutChild(at, index)),
          });
        visit(child, [...path, index], name);
      }
      return;
    }
    if (node.kind === 'not' || node.kind === 'selection') {
      visit(node.of, [...path, 0], node.kind === 'selection' ? node.name : name);
      return;
    }
    add(`not ${said}`, (at) => ({ kind: 'not', of: at }));
    if (node.kind === 'field' && node.values.length > 1)
      for (const value of node.values) {
        const key = keyOf(value);
        add(`${node.field} without ${shown(value)}`, (at) =>
          at.kind === 'field' ? { ...at, values: at.values.filter((each) => keyOf(each) !== key) } : at,
        );
      }
  };
  visit(root, [], undefined);
  return found;
};

const withoutChild = (node: Condition, index: number): Condition =>
  node.kind === 'and' || node.kind === 'or'
    ? { kind: node.kind, of: node.of.filter((_, at) => at !== index) }
    : node;

const alterAt = (
  branch: Branch,
  path: readonly number[],
  alter: (at: Condition) => Condition | undefined,
): Branch =>
  branch.kind === 'count' ? branch : { ...branch, condition: descend(branch.condition, path, alter) };

const descend = (
  node: Condition,
  path: readonly number[],
  alter: (at: Condition) => Condition | undefined,
): Condition => {
  const [step, ...rest] = path;
  if (step === undefined) return alter(node) ?? node;
  if (node.kind === 'and' || node.kind === 'or')
    return { ...node, of: node.of.map((child, at) => (at === step ? descend(child, rest, alter) : child)) };
  if (node.kind === 'not' || node.kind === 'selection') return { ...node, of: descend(node.of, rest, alter) };
  return node;
};

const keyOf = (value: ValueTest): string => JSON.stringify(value);

const lineOf = (node: Condition): number | undefined => {
  switch (node.kind) {
    case 'field':
    case 'keywords':
      return node.line;
    case 'and':
    case 'or':
      return node.of.map(lineOf).find((line) => line !== undefined);
    case 'not':
    case 'selection':
      return lineOf(node.of);
  }
};

const describe = (node: Condition, name: string | undefined): string => {
  switch (node.kind) {
    case 'selection':
      return node.name;
    case 'not':
      return `not ${describe(node.of, name)}`;
    case 'field':
      return `${name === undefined ? '' : `${name}: `}${node.field} ${values(node)}`;
    case 'keywords':
      return 'the keywords';
    case 'and':
    case 'or':
      return `(${node.of.map((child) => describe(child, name)).join(` ${node.kind} `)})`;
  }
};

const values = ({ values: all }: FieldTest): string => {
  const [first, second] = all;
  if (first === undefined) return '(a list)';
  return second === undefined ? shown(first) : `${shown(first)}, …`;
};

const shown = (value: ValueTest): string => {
  if ('value' in value) return `${value.op} ${JSON.stringify(value.value)}`;
  if (value.op === 'wildcard')
    return `like ${value.parts.map((part) => ('literal' in part ? part.literal : '*')).join('')}`;
  return value.op === 'exists' ? `exists ${value.expected}` : value.op;
};
