import type { Decoder } from '../decoders/decoder.ts';
import { type Event, type Format, SECOND } from '../event.ts';
import { compareSeverity } from '../finding.ts';
import type { Branch, Condition, CountBranch, DetectionBranch, Rule } from '../rules/rule.ts';
import { compileCondition, type Matcher } from './compile.ts';
import type { FieldReader, ReaderOf } from './path-reader.ts';
import { createReaders } from './read.ts';
import { createRuleIndex, type RuleIndex } from './rule-index.ts';
import type { createWindows } from './windows.ts';

/** The rules of one format, ready to run. */
export interface Program {
  readonly format: Format;
  readonly rules: readonly CompiledRule[];
  readonly index: RuleIndex;
  readonly readerOf: ReaderOf;
}

export interface CompiledRule {
  readonly rule: Rule;
  /** Branches that fire on one event, gravest first; sure before unsure. */
  readonly branches: readonly { readonly branch: DetectionBranch; readonly matcher: Matcher }[];
  readonly counts: readonly CompiledCount[];
  readonly fields: readonly string[];
  readonly key: readonly FieldReader[];
}

export interface CompiledCount {
  readonly branch: CountBranch;
  /** What is counted. */
  readonly counted: readonly { readonly branch: DetectionBranch; readonly matcher: Matcher }[];
  readonly matcher: Pick<Matcher, 'test'>;
  readonly groupBy: readonly FieldReader[];
  readonly value: FieldReader | undefined;
  readonly windowOptions: Parameters<typeof createWindows>[0];
}

export interface Limits {
  readonly lateness: number;
  /** Keys of one count rule that are remembered at once. */
  readonly maxKeys: number;
}

export const compileProgram = (decoder: Decoder, rules: readonly Rule[], limits: Limits): Program => {
  const readerOf = createReaders(decoder);
  const compiled = rules
    .filter(({ format }) => format === decoder.format)
    .map((rule) => compileRule(rule, readerOf, limits));
  return { format: decoder.format, readerOf, rules: compiled, index: createRuleIndex(compiled, readerOf) };
};

const DEFAULT_KEY = ['event.actor', 'event.object'];

const compileRule = (rule: Rule, readerOf: ReaderOf, limits: Limits): CompiledRule => {
  const detections = rule.branches.filter((branch) => branch.kind === 'detection');
  const matchers = new Map(
    detections.map((branch) => [branch.name, compileCondition(branch.condition, readerOf)] as const),
  );
  const named = (name: string) => detections.filter((branch) => branch.name === name);
  const firing = detections.filter(({ countedOnly }) => !countedOnly).sort(gravestFirst);
  return {
    rule,
    branches: withMatcher(firing, matchers),
    counts: rule.branches
      .filter((branch) => branch.kind === 'count')
      .map((branch) =>
        compileCount(branch, withMatcher(branch.of.flatMap(named), matchers), readerOf, limits),
      ),
    fields: rule.fields.length > 0 ? rule.fields : comparedFields(rule),
    key: (rule.key ?? DEFAULT_KEY).map(readerOf),
  };
};

const withMatcher = (
  branches: readonly DetectionBranch[],
  matchers: ReadonlyMap<string, Matcher>,
): CompiledRule['branches'] =>
  branches.flatMap((branch) => {
    const matcher = matchers.get(branch.name);
    return matcher === undefined ? [] : [{ branch, matcher }];
  });

/** What a rule looks at: shown as evidence when it does not say what to show, as community rules do not. */
const comparedFields = ({ branches }: Rule): readonly string[] => [
  ...new Set(branches.flatMap((branch) => (branch.kind === 'detection' ? fieldsOf(branch.condition) : []))),
];

const fieldsOf = (condition: Condition): readonly string[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap(fieldsOf);
    case 'not':
    case 'selection':
      return fieldsOf(condition.of);
    case 'field':
      return [condition.field];
    case 'keywords':
      return [];
  }
};

const gravestFirst = (a: Branch, b: Branch): number =>
  compareSeverity(b.severity, a.severity) || Number(b.verified) - Number(a.verified);

const compileCount = (
  branch: CountBranch,
  counted: CompiledCount['counted'],
  readerOf: ReaderOf,
  limits: Limits,
): CompiledCount => {
  const { operator, threshold } = branch;
  return {
    branch,
    counted,
    matcher: { test: (event: Event) => counted.some(({ matcher }) => matcher.test(event)) },
    groupBy: branch.groupBy.map(readerOf),
    value: branch.valueField === undefined ? undefined : readerOf(branch.valueField),
    windowOptions: {
      timespan: (branch.timespanMs / 1000) * SECOND,
      lateness: limits.lateness,
      exceeds: operator === 'gt' ? (count) => count > threshold : (count) => count >= threshold,
      maxKeys: limits.maxKeys,
    },
  };
};
