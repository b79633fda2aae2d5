import { compareSeverity, type Severity } from '../finding.ts';
import type { Comparison } from './compare.ts';

/** The gravest finding that is new, or became graver; undefined when there is none. */
export const worstNew = ({ rules }: Comparison): Severity | undefined => {
  const severities = rules.flatMap(({ findings }) => [
    ...findings.added.map(({ severity }) => severity),
    ...findings.changed
      .filter(({ before, after }) => compareSeverity(after.severity, before.severity) > 0)
      .map(({ after }) => after.severity),
  ]);
  return severities.sort(compareSeverity).at(-1);
};
