import { compileCondition } from '../../src/engine/compile.ts';
import type { Program } from '../../src/engine/program.ts';
import type { Event } from '../../src/event.ts';
import type { Finding } from '../../src/finding.ts';
import type { CountBranch, DetectionBranch, Rule } from '../../src/rules/rule.ts';
import { deciding, isNear, stopping } from './condition-coverage.ts';
import type { Replayed } from './replay-case.ts';

/** What one input proves about one document of a rule. */
export interface Proof {
  /** It fired, or was counted by one that did. */
  readonly fired: boolean;
  /** A line all but met it: one field was otherwise, an exclusion applied, or it was no evaluation of its request. */
  readonly near: boolean;
  /** Alternatives that alone made a line fire. */
  readonly fires: ReadonlySet<string>;
  /** Alternatives that alone kept a line from firing. */
  readonly stops: ReadonlySet<string>;
}

/** By the name of the document; those of streams that the input does not hold are left out. */
export const proofsOf = (replayed: Replayed): ReadonlyMap<string, Proof> => {
  const proofs = new Map<string, Proof>();
  for (const program of replayed.programs) {
    const events = replayed.events.filter(({ format }) => format === program.format);
    if (events.length === 0) continue;
    for (const { rule } of program.rules) {
      const findings = replayed.findings.filter((finding) => finding.rule === rule.code);
      for (const [name, proof] of ofRule({ rule, program, events, findings })) proofs.set(name, proof);
    }
  }
  return proofs;
};

interface Seen {
  readonly rule: Rule;
  readonly program: Program;
  readonly events: readonly Event[];
  readonly findings: readonly Finding[];
}

const ofRule = (seen: Seen): ReadonlyMap<string, Proof> => {
  const { branches } = seen.rule;
  const counts = branches.filter((branch) => branch.kind === 'count');
  const detections = branches.filter((branch) => branch.kind === 'detection');
  const proofs = new Map(detections.map((branch) => [branch.name, ofDetection(branch, counts, seen)]));
  for (const count of counts) {
    const counted = count.of.map((name) => proofs.get(name));
    proofs.set(count.name, {
      fired: seen.findings.some(({ branch }) => branch === count.name),
      near: counted.some((proof) => proof?.near === true),
      fires: new Set(),
      stops: new Set(),
    });
  }
  return proofs;
};

const ofDetection = (branch: DetectionBranch, counts: readonly CountBranch[], seen: Seen): Proof => {
  const matcher = compileCondition(branch.condition, seen.program.readerOf);
  const names = [branch.name, ...counts.filter(({ of }) => of.includes(branch.name)).map(({ name }) => name)];
  const fired = placesOf(seen.findings.filter((finding) => names.includes(finding.branch)));
  const proof = { fired: false, near: false, fires: new Set<string>(), stops: new Set<string>() };
  for (const event of seen.events) {
    const trace = matcher.explain(event);
    if (trace.matched && fired.has(placeOf(event.line.file, event.line.number))) {
      proof.fired = true;
      for (const name of deciding(trace)) proof.fires.add(name);
    } else if (trace.matched || isNear(trace)) {
      proof.near = true;
      for (const name of stopping(trace)) proof.stops.add(name);
    }
  }
  return proof;
};

const placeOf = (file: string, line: number): string => `${file}:${line}`;

const placesOf = (findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.flatMap(({ evidence }) => evidence.map(({ file, line }) => placeOf(file, line))));
