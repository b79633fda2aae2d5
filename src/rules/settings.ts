import type { Severity } from '../finding.ts';
import type { Rule } from './rule.ts';

/** What the configuration says about rules by their code. */
export interface RuleSettings {
  readonly disabled: readonly string[];
  readonly severity: Readonly<Record<string, Severity>>;
}

/** Rules that are to be evaluated, with the configured severities. What is unverified keeps its own. */
export const applySettings = (
  rules: readonly Rule[],
  { disabled, severity }: RuleSettings,
): readonly Rule[] =>
  rules
    .filter(({ code }) => !disabled.includes(code))
    .map((rule) => {
      const configured = severity[rule.code];
      if (configured === undefined) return rule;
      const branches = rule.branches.map((branch) =>
        branch.verified ? { ...branch, severity: configured } : branch,
      );
      return { ...rule, branches };
    });
