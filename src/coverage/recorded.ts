import type { ApiRequest } from './api-request.ts';
import { isLongRunning } from './api-verbs.ts';
import { type AuditPolicy, decide, isAtLeast, type Level, type PolicyRule } from './audit-policy.ts';

/** What becomes of a request in the log. `stages`: the policy omits those that carry an answer. */
export type Recorded =
  | {
      readonly kind: 'enough' | 'thin' | 'dropped' | 'late';
      readonly level: Level;
      readonly rule: PolicyRule;
    }
  | { readonly kind: 'unmatched' }
  | { readonly kind: 'stages'; readonly level: Level; readonly rule: PolicyRule };

/** Compares what a policy records of a request with the level at which it is needed. */
export const recordedAs = (policy: AuditPolicy, request: ApiRequest, needed: Level): Recorded => {
  const { level, omitStages, rule } = decide(policy, request);
  if (rule === undefined) return { kind: 'unmatched' };
  if (level === 'None') return { kind: 'dropped', level, rule };
  // Rules evaluate the first line with an answer: ResponseStarted where there is one, else ResponseComplete.
  const complete = !omitStages.includes('ResponseComplete');
  const started = isLongRunning(request.verb, request.object?.subresource ?? '');
  const early = started && !omitStages.includes('ResponseStarted');
  if (!complete && !early) return { kind: 'stages', level, rule };
  if (!isAtLeast(level, needed)) return { kind: 'thin', level, rule };
  return { kind: started && !early ? 'late' : 'enough', level, rule };
};
