import type { ReplaySummary } from '../replay-summary.ts';
import { formatCount } from './quantities.ts';
import { wrapTerminal } from './wrap.ts';

const MOST = 20;

/**
 * Branches that could not have fired, one a line: `K7  never seen: requestObject, responseObject`. Branches of a rule
 * that miss the same fields share a line.
 */
export function blindLines({ blind }: ReplaySummary, columns: number): readonly string[] {
  const byReason = new Map<string, { rule: string; branches: string[]; missing: readonly string[] }>();
  for (const { rule, branch, missing } of blind) {
    const key = JSON.stringify([rule, missing]);
    const same = byReason.get(key);
    if (same === undefined) byReason.set(key, { rule, branches: [branch], missing });
    else same.branches.push(branch);
  }
  const all = [...byReason.values()].map(
    ({ branches, missing }) =>
      `${branches.join(', ')} could not have fired: ${missing.join(', ')} never seen`,
  );
  const lines = all.slice(0, MOST).flatMap((text) => wrapTerminal(text, columns, 3));
  return all.length > MOST ? [...lines, `and ${formatCount(all.length - MOST)} more`] : lines;
}

/** Rules whose stream the input did not hold: `no vault-audit lines, so not looked for: V1 V2 V3`. */
export function notApplicableLines({ notApplicable }: ReplaySummary, columns: number): readonly string[] {
  const byFormat = new Map<string, string[]>();
  for (const { rule, format } of notApplicable) {
    const what = format ?? 'known';
    const rules = byFormat.get(what);
    if (rules === undefined) byFormat.set(what, [rule]);
    else rules.push(rule);
  }
  return [...byFormat].flatMap(([format, rules]) => {
    const named = rules.length > MOST ? formatCount(rules.length, 'rule') : rules.join(' ');
    return wrapTerminal(`no ${format} lines, so not looked for: ${named}`, columns, 3);
  });
}
