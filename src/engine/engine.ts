import type { Event, Format, Micros } from '../event.ts';
import type { Finding } from '../finding.ts';
import type { DetectionBranch } from '../rules/rule.ts';
import {
  type CountEntry,
  candidateOf,
  type Draft,
  entryOf,
  finish,
  finishCount,
  type Match,
} from './candidate.ts';
import type { Decision, Observer } from './observer.ts';
import { type Claim, createOccurrences } from './occurrences.ts';
import { createPending, type Timed } from './pending.ts';
import type { CompiledCount, CompiledRule, Program } from './program.ts';
import { createWindows, type Windows } from './windows.ts';

/**
 * Evaluates events over time. Synchronous, no I/O, no clock: the same input gives the same output, whatever the
 * chunking. Memory is bounded; what had to be forgotten is counted.
 */
export interface Engine {
  /** Takes the next event. `sequence` is its place in the input and rises from call to call. */
  step(event: Event, sequence: number): readonly Finding[];
  /** Time has moved on although no event came (live streams only). */
  tick(now: Micros): void;
  /** The input is over: settles what still waits for its turn. */
  end(): readonly Finding[];
  readonly counters: EngineCounters;
}

export interface EngineCounters {
  /** Occurrences that were forgotten because there were too many. */
  readonly evictedOccurrences: number;
  /** Windows that were forgotten because there were too many keys. */
  readonly evictedWindows: number;
  readonly windowKeys: number;
}

export interface EngineOptions {
  /**
   * Matches that may wait for earlier ones before they are settled in event time. 0 settles each at once, as live
   * streams need; a replay waits for its whole input, up to this many.
   */
  readonly hold: number;
  /** Lines whose occurrence is remembered. */
  readonly maxOccurrences: number;
  /** Sees every event and every decision, for whoever asks why. */
  readonly observer?: Observer | undefined;
}

/** A match that waits for its turn. */
interface Candidate extends Timed {
  /** Within an occurrence, what may happen once. */
  readonly claim: string;
  readonly occurrence: Event['occurrence'];
  readonly effect:
    | { readonly draft: Draft }
    | { readonly count: CompiledCount; readonly key: string; readonly entry: CountEntry };
}

const NOTHING: readonly never[] = [];

export const createEngine = (programs: readonly Program[], options: EngineOptions): Engine => {
  const byFormat = new Map<Format, Program>(programs.map((program) => [program.format, program]));
  const { observer } = options;
  const occurrences = createOccurrences(options.maxOccurrences);
  const pending = createPending<Candidate>(options.hold);
  const windows = new Map<CompiledCount, Windows<CountEntry>>();
  for (const { rules } of programs) {
    for (const { counts } of rules) {
      for (const count of counts) windows.set(count, createWindows(count.windowOptions));
    }
  }
  let newest: Micros = 0;

  const settle = (ready: readonly Candidate[]): readonly Finding[] => {
    const findings: Finding[] = [];
    for (const candidate of ready) {
      const { claim, occurrence, sequence } = candidate;
      const claimed = occurrences.claim(claim, occurrence, sequence);
      const finding = claimed === 'granted' ? take(candidate) : undefined;
      if (finding !== undefined) findings.push(finding);
      observer?.settled(decisionOf(candidate, claimed, finding, windows));
    }
    return findings;
  };

  const take = ({ effect }: Candidate): Finding | undefined => {
    if ('draft' in effect) return finish(effect.draft);
    const crossing = windows.get(effect.count)?.add(effect.key, effect.entry) ?? NOTHING;
    return crossing.length > 0 ? finishCount(crossing) : undefined;
  };

  return {
    step(event, sequence) {
      observer?.took(event, sequence);
      if (!event.evaluated) return NOTHING;
      const candidates = matches(byFormat.get(event.format), event, sequence, newest);
      if (candidates.length === 0 && !event.opens) return NOTHING;
      occurrences.note(event.occurrence, sequence, candidates.length > 0);
      if (candidates.length === 0) return NOTHING;
      newest = Math.max(newest, event.time ?? newest);
      return settle(candidates.flatMap((candidate) => pending.add(candidate)));
    },
    tick(now) {
      for (const window of windows.values()) window.expire(now);
    },
    end: () => settle(pending.drain()),
    get counters() {
      const all = [...windows.values()];
      return {
        evictedOccurrences: occurrences.evicted,
        evictedWindows: all.reduce((sum, window) => sum + window.evicted, 0),
        windowKeys: all.reduce((sum, window) => sum + window.keys, 0),
      };
    },
  };
};

const decisionOf = (
  { sequence, effect }: Candidate,
  claimed: Claim,
  finding: Finding | undefined,
  windows: ReadonlyMap<CompiledCount, Windows<CountEntry>>,
): Decision => {
  const { rule, branch } = ('draft' in effect ? effect.draft : effect.entry.draft).finding;
  const about = { rule, branch, sequence };
  if (claimed !== 'granted') return { ...about, became: claimed };
  if (finding !== undefined) return { ...about, became: 'finding', id: finding.id };
  const inWindow = 'count' in effect ? windows.get(effect.count)?.countAt(effect.key, effect.entry.at) : 0;
  return { ...about, became: 'counted', inWindow: inWindow ?? 0 };
};

/** The candidates of one event: at most one a rule that fires, and one for each of its counts. */
const matches = (
  program: Program | undefined,
  event: Event,
  sequence: number,
  newest: Micros,
): readonly Candidate[] => {
  let found: Candidate[] | undefined;
  program?.index.visit(event, (compiled) => {
    const branch = firing(compiled, event);
    if (branch !== undefined) {
      found = append(found, fired({ program, compiled, branch, event, sequence }, event.time ?? newest));
    }
    for (const count of compiled.counts) {
      if (count.matcher.test(event))
        found = append(found, counted({ program, compiled, branch: count.branch, event, sequence }, count));
    }
  });
  return found ?? NOTHING;
};

const append = (
  found: Candidate[] | undefined,
  candidate: Candidate | undefined,
): Candidate[] | undefined => {
  if (candidate === undefined) return found;
  if (found === undefined) return [candidate];
  found.push(candidate);
  return found;
};

const fired = (match: Match, at: Micros): Candidate => ({
  at,
  sequence: match.sequence,
  claim: match.compiled.rule.code,
  occurrence: match.event.occurrence,
  effect: { draft: candidateOf(match) },
});

/** Undefined when the event is in no window: it has no time, or a group-by value is missing. */
const counted = (match: Match, count: CompiledCount): Candidate | undefined => {
  const { event, sequence } = match;
  const group = count.groupBy.map((read) => scalar(read(event)));
  const entry = group.includes(undefined) ? undefined : entryOf(match, count.value);
  if (entry === undefined) return undefined;
  return {
    at: entry.at,
    sequence,
    claim: count.branch.name,
    occurrence: event.occurrence,
    effect: { count, key: JSON.stringify([event.stream, ...group]), entry },
  };
};

const firing = (compiled: CompiledRule, event: Event): DetectionBranch | undefined => {
  for (const { branch, matcher } of compiled.branches) if (matcher.test(event)) return branch;
  return undefined;
};

const scalar = (value: unknown): string | undefined =>
  value === undefined || value === null || value === '' || typeof value === 'object'
    ? undefined
    : String(value);
