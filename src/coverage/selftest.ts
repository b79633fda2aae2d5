import type { Decoder } from '../decoders/decoder.ts';
import { isReject } from '../decoders/decoder.ts';
import { compileCondition } from '../engine/compile.ts';
import { createEngine } from '../engine/engine.ts';
import { compileProgram } from '../engine/program.ts';
import { createReaders } from '../engine/read.ts';
import type { FieldTrace, Trace } from '../engine/trace.ts';
import type { Event, Format } from '../event.ts';
import type { Finding } from '../finding.ts';
import type { Branch, Rule } from '../rules/rule.ts';

/** What a real event would have caused. */
export interface SelftestResult {
  readonly rule: string;
  readonly branch: string;
  readonly finding: Finding | undefined;
  /** Why nothing was found; undefined when something was. */
  readonly why: string | undefined;
}

export interface SelftestOptions {
  readonly rules: readonly Rule[];
  readonly decoders: ReadonlyMap<Format, Decoder>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Lines that make a branch fire, with `%list%` where a value of a list has to stand. */
  readonly sampleOf: (branch: string) => string | undefined;
}

/** Runs the sample of every branch through the rules as they are loaded. Shipped rules have samples; others may not. */
export const selftest = (options: SelftestOptions): readonly SelftestResult[] =>
  options.rules.flatMap((rule) =>
    rule.branches
      .filter((branch) => branch.kind === 'count' || !branch.countedOnly)
      .flatMap((branch) => {
        const sample = options.sampleOf(branch.name);
        return sample === undefined ? [] : [tryBranch(rule, branch, sample, options)];
      }),
  );

const tryBranch = (
  rule: Rule,
  branch: Branch,
  sample: string,
  { decoders, lists }: SelftestOptions,
): SelftestResult => {
  const named = { rule: rule.code, branch: branch.name };
  const decoder = rule.format === undefined ? undefined : decoders.get(rule.format);
  const filled = fill(sample, lists);
  if ('empty' in filled)
    return { ...named, finding: undefined, why: `the list ${filled.empty} is empty, so that it cannot fire` };
  const events = decoder === undefined ? [] : decode(filled.text, decoder);
  if (decoder === undefined || events.length === 0)
    return { ...named, finding: undefined, why: 'no decoder reads its sample' };
  const finding = findingOf(rule, branch, decoder, events);
  return {
    ...named,
    finding,
    why: finding === undefined ? reasonOf(rule, branch, decoder, events) : undefined,
  };
};

const fill = (
  sample: string,
  lists: ReadonlyMap<string, readonly string[]>,
): { readonly text: string } | { readonly empty: string } => {
  let empty: string | undefined;
  const text = sample.replace(/%([a-z_]+)%/g, (_, name: string) => {
    const [entry] = lists.get(name) ?? [];
    if (entry === undefined) empty = name;
    return (entry ?? '').replaceAll('*', 'x');
  });
  return empty === undefined ? { text } : { empty };
};

const decode = (text: string, decoder: Decoder): readonly Event[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line, index) =>
      decoder.decode(
        {
          text: line,
          file: 'selftest',
          number: index + 1,
          labels: undefined,
          time: undefined,
          notAfter: NOW,
        },
        'selftest',
      ),
    )
    .flatMap((event) => (isReject(event) ? [] : [event]));

/** Samples are of that day; a stamp without a year is dated by it. */
const NOW = Date.UTC(2026, 10, 21) * 1000;

const findingOf = (
  rule: Rule,
  branch: Branch,
  decoder: Decoder,
  events: readonly Event[],
): Finding | undefined => {
  const program = compileProgram(decoder, [rule], { lateness: 0, maxKeys: 1_000 });
  const engine = createEngine([program], { hold: 1_000, maxOccurrences: 1_000 });
  const found = events.flatMap((event, sequence) => engine.step(event, sequence));
  return [...found, ...engine.end()].find((finding) => finding.branch === branch.name);
};

/** Exclusions that held and selections that did not, of the last event. */
const reasonOf = (rule: Rule, branch: Branch, decoder: Decoder, events: readonly Event[]): string => {
  const names = branch.kind === 'count' ? branch.of : [branch.name];
  const [detection] = rule.branches.filter((each) => names.includes(each.name));
  const last = events.at(-1);
  if (detection?.kind !== 'detection' || last === undefined) return 'it counts something that does not fire';
  const trace = compileCondition(detection.condition, createReaders(decoder)).explain(last);
  const culprits = blame(trace, true);
  return culprits.length === 0 ? 'another document of the rule took it' : culprits.join('; ');
};

const blame = (trace: Trace, wanted: boolean): readonly string[] => {
  if (trace.matched === wanted) return [];
  switch (trace.kind) {
    case 'and':
    case 'or':
      return trace.of.flatMap((part) => blame(part, wanted));
    case 'not':
      return blame(trace.of, !wanted);
    case 'selection': {
      const inner = fieldsOf(trace.of).filter(({ matched }) => matched !== wanted);
      const said = inner.map((field) => sayField(field, wanted)).join(', ');
      return [`${wanted ? `\`${trace.name}\` does not hold` : `\`${trace.name}\` excludes it`}: ${said}`];
    }
    case 'field':
      return [sayField(trace, wanted)];
    case 'keywords':
      return ['the keywords'];
  }
};

const fieldsOf = (trace: Trace): readonly FieldTrace[] => {
  switch (trace.kind) {
    case 'field':
      return [trace];
    case 'keywords':
      return [];
    case 'and':
    case 'or':
      return trace.of.flatMap(fieldsOf);
    case 'not':
    case 'selection':
      return fieldsOf(trace.of);
  }
};

const MOST = 5;

const sayField = ({ field, by, wanted, lists }: FieldTrace, positive: boolean): string => {
  const values = (positive ? wanted : by).slice(0, MOST).join(', ');
  const source = lists.length === 0 ? '' : ` (list ${lists.join(', ')})`;
  return `${field} ${positive ? 'is none of' : 'matches'} ${values === '' ? '(nothing)' : values}${source}`;
};
