import type { Told } from '../alert.ts';
import type { Decision } from '../engine/observer.ts';
import type { CompiledCount, CompiledRule, Program } from '../engine/program.ts';
import type { Trace } from '../engine/trace.ts';
import type { Event } from '../event.ts';
import type { Branch, CountBranch } from '../rules/rule.ts';
import type { ZoneMatch } from '../zones.ts';

/** Why each rule did or did not fire on one event. */
export interface Explanation {
  readonly event: Event;
  /** Entries of zones that hold the peer, expired ones too. */
  readonly zones: readonly ZoneMatch[];
  readonly rules: readonly RuleExplanation[];
}

export interface RuleExplanation {
  readonly rule: CompiledRule['rule'];
  readonly branches: readonly BranchExplanation[];
}

export interface BranchExplanation {
  readonly branch: Branch;
  readonly trace: Trace;
  readonly verdict: Verdict;
}

/** What the engine made of the event under one branch. */
export type Verdict =
  /** It completed this finding; undefined is the finding's alert when the input was cut before it was told. */
  | { readonly kind: 'finding'; readonly id: string; readonly told: Told | undefined }
  /** One of the events that a later finding counts. */
  | { readonly kind: 'counted'; readonly inWindow: number; readonly branch: CountBranch }
  | { readonly kind: 'another-line' | 'fired-before' }
  /** A graver branch of the rule was met too, and is the one that fires. */
  | { readonly kind: 'other-branch'; readonly fired: string }
  /** To be counted an event needs a time and a value of every group-by field. */
  | { readonly kind: 'no-window' }
  /** The line is no evaluation of a request (RequestReceived, 401). */
  | { readonly kind: 'not-evaluated' }
  | { readonly kind: 'no-match' };

export interface Evidence {
  readonly event: Event;
  readonly decisions: readonly Decision[];
  /** Findings by id. */
  readonly told: ReadonlyMap<string, Told>;
  readonly zones: readonly ZoneMatch[];
}

/** Runs the engine's own matchers over the event, and puts the engine's decisions beside them. */
export const explainEvent = (program: Program, evidence: Evidence): Explanation => ({
  event: evidence.event,
  zones: evidence.zones,
  rules: program.rules.map((compiled) => explainRule(compiled, evidence)),
});

const explainRule = (compiled: CompiledRule, evidence: Evidence): RuleExplanation => {
  const { rule, branches, counts } = compiled;
  const traced = branches.map(({ branch, matcher }) => ({ branch, trace: matcher.explain(evidence.event) }));
  const fired = traced.find(({ trace }) => trace.matched)?.branch.name;
  return {
    rule,
    branches: [
      ...traced.map(({ branch, trace }) => ({
        branch,
        trace,
        verdict: verdictOf(branch, trace, evidence, fired),
      })),
      ...counts.map((count) => explainCount(count, evidence)),
    ],
  };
};

const explainCount = ({ branch, counted }: CompiledCount, evidence: Evidence): BranchExplanation => {
  const of = counted.map(({ matcher }) => matcher.explain(evidence.event));
  const [only] = of;
  const trace: Trace =
    only !== undefined && of.length === 1
      ? only
      : { kind: 'or', matched: of.some(({ matched }) => matched), of };
  return { branch, trace, verdict: verdictOf(branch, trace, evidence, undefined) };
};

const verdictOf = (
  branch: Branch,
  trace: Trace,
  { event, decisions, told }: Evidence,
  fired: string | undefined,
): Verdict => {
  if (!trace.matched) return { kind: 'no-match' };
  if (!event.evaluated) return { kind: 'not-evaluated' };
  if (fired !== undefined && fired !== branch.name) return { kind: 'other-branch', fired };
  const decision = decisions.find((each) => each.branch === branch.name);
  if (decision === undefined) return { kind: 'no-window' };
  switch (decision.became) {
    case 'finding':
      return { kind: 'finding', id: decision.id, told: told.get(decision.id) };
    case 'counted':
      return branch.kind === 'count'
        ? { kind: 'counted', inWindow: decision.inWindow, branch }
        : { kind: 'no-match' };
    default:
      return { kind: decision.became };
  }
};
