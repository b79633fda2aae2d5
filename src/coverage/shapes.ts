import { kubeFields } from '../decoders/kube-fields.ts';
import { createReaders } from '../engine/read.ts';
import type { Event } from '../event.ts';
import type { DetectionBranch, Rule } from '../rules/rule.ts';
import type { AuditPolicy, Level } from './audit-policy.ts';
import { isAnyone } from './callers.ts';
import { detectionsOf, neededLevel } from './needs.ts';
import { compilePossible, fieldTests, type Possible } from './possible.ts';
import { probeEvent } from './probe-event.ts';
import { type Dimensions, dimensionsOf, type Probe, probesOf } from './probes.ts';

/** A request on which a branch of a rule can fire, and the level at which it must be recorded for that. */
export interface Shape {
  readonly branch: DetectionBranch;
  readonly probe: Probe;
  readonly level: Level;
}

/** The firing requests of one branch. */
export interface BranchShapes {
  readonly branch: DetectionBranch;
  readonly dimensions: Dimensions;
  /** True for a branch that any kind of request can make fire, so that it need not see them all. */
  readonly open: boolean;
  readonly shapes: readonly Shape[];
}

const readerOf = createReaders({ fields: kubeFields });

/**
 * The requests that can make each branch of a Kubernetes audit rule fire, told apart as far as the rule and the policy
 * tell them apart. Derived from the conditions, so that they cannot disagree with them.
 */
export const shapesOf = (rule: Rule, policy: AuditPolicy | undefined): readonly BranchShapes[] =>
  detectionsOf(rule).map((branch) => {
    const dimensions = dimensionsOf(branch.condition, policy);
    const possible = remembering(compilePossible(branch.condition, readerOf), branch);
    const shapes: Shape[] = [];
    let open = false;
    for (const probe of probesOf(dimensions)) {
      if (possible(probeEvent(probe)) === false) continue;
      if (probe.request.object === undefined) open = true;
      shapes.push({ branch, probe, level: neededLevel(branch, probe.request.verb) });
    }
    return { branch, dimensions, open, shapes };
  });

/** Many probes differ only in what a condition does not ask about. */
const remembering = (possible: Possible, { condition }: DetectionBranch): Possible => {
  const fields = [...new Set(fieldTests(condition).map(({ field }) => field))].map(readerOf);
  const known = new Map<string, boolean | undefined>();
  return (event: Event) => {
    const key = JSON.stringify(fields.map((read) => read(event) ?? null));
    if (!known.has(key)) known.set(key, possible(event));
    return known.get(key);
  };
};

/** True when the caller is nobody in particular. */
export const byAnyone = ({ probe }: Shape): boolean => isAnyone(probe.caller);
