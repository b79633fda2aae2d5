import type { Decoder } from '../decoders/decoder.ts';
import { createEngine } from '../engine/engine.ts';
import { compileProgram } from '../engine/program.ts';
import type { Event } from '../event.ts';
import { createExpectationCheck, type Difference, isMet } from '../expect.ts';
import type { Expectation } from '../expectation.ts';
import type { Rule } from '../rules/rule.ts';
import type { Mutant } from './mutants.ts';

/** A case, decoded once, with the rules as its own configuration makes them. */
export interface ReadCase {
  readonly name: string;
  readonly events: readonly Event[];
  readonly expectation: Expectation;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly decoders: ReadonlyMap<string, Decoder>;
}

/** What a replay remembers at most; as `detector replay`. */
const LIMITS = { lateness: 0, maxKeys: 200_000 };
const OPTIONS = { hold: 20_000, maxOccurrences: 50_000 };

/** True when the findings of one rule are not those that the case expects of it. */
export const notices = (read: ReadCase, code: string, change: (rule: Rule) => Rule): boolean => {
  const rule = read.rules.get(code);
  return rule !== undefined && !isMet(differenceOf(read, [change(rule)]));
};

/** How the findings of some rules differ from what the case expects of these rules. */
export const differenceOf = (
  { expectation, events, decoders }: ReadCase,
  rules: readonly Rule[],
): Difference => {
  const codes = new Set(rules.map(({ code }) => code));
  const formats = new Set(rules.map(({ format }) => format));
  const check = createExpectationCheck({
    ...expectation,
    findings: expectation.findings.filter(({ rule }) => codes.has(rule)),
    unsure: expectation.unsure.filter(({ rule }) => codes.has(rule)),
  });
  const programs = [...decoders.values()]
    .filter(({ format }) => formats.has(format))
    .map((decoder) => compileProgram(decoder, rules, LIMITS));
  const engine = createEngine(programs, OPTIONS);
  for (const [sequence, event] of events.entries())
    if (formats.has(event.format)) for (const finding of engine.step(event, sequence)) check.tell(finding);
  for (const finding of engine.end()) check.tell(finding);
  return check.difference();
};

/** Mutants that no case noticed. */
export const survivors = (mutants: readonly Mutant[], cases: readonly ReadCase[]): readonly Mutant[] =>
  mutants.filter(({ rule, apply }) => !cases.some((read) => notices(read, rule, apply)));
