import { compileCondition, type Matcher } from '../../src/engine/compile.ts';
import { pathReader } from '../../src/engine/path-reader.ts';
import { formatMistake } from '../../src/errors.ts';
import type { RuleContext } from '../../src/rules/context.ts';
import { checkRules } from '../../src/rules/load.ts';
import type { Condition } from '../../src/rules/rule.ts';
import { ruleContext } from './rule-context.ts';

/** The condition of a community rule whose `detection:` is `yaml`; throws its mistakes as text. */
export const conditionOf = (yaml: string, context: RuleContext = ruleContext()): Condition => {
  const detection = yaml.trim().replace(/^/gm, '  ');
  const { rules, mistakes } = checkRules(
    [{ path: 'x.yaml', text: `title: x\ndetection:\n${detection}\n` }],
    context,
    'sigma',
  );
  const branch = rules[0]?.branches[0];
  if (branch?.kind !== 'detection') throw new Error(mistakes.map(formatMistake).join('\n'));
  return branch.condition;
};

export const matcherOf = (yaml: string, context?: RuleContext): Matcher =>
  compileCondition(conditionOf(yaml, context), pathReader);

/** A matcher for one line of a selection, such as `user|contains: adm`. */
export const fieldMatcher = (line: string, context?: RuleContext): Matcher =>
  matcherOf(`selection:\n  ${line}\ncondition: selection`, context);
