import type { Told } from '../alert.ts';
import { InputError, UsageError } from '../errors.ts';
import type { Event, Format, Reject } from '../event.ts';
import { type Explanation, explainEvent } from '../explain/explanation.ts';
import { explanationJson } from '../explain/explanation-json.ts';
import { createRecorder } from '../explain/recorder.ts';
import { renderExplanation } from '../explain/render.ts';
import { type ColourMode, createPalette, wantsColour } from '../sinks/colour.ts';
import { toTerminal } from '../sinks/terminal-text.ts';
import { EXIT, type Io } from './io.ts';
import { type Loaded, load } from './load.ts';
import { quietPeriods } from './quiet-periods.ts';
import { createLane, scan } from './scan.ts';

export interface ExplainArgs {
  /** `FILE:LINE`, or the id of a finding. */
  readonly target: string;
  /** Where to look for the finding; more input around the line (a rotated log). */
  readonly files: readonly string[];
  readonly rule: string | undefined;
  readonly config: readonly string[];
  readonly rules: readonly string[];
  readonly format: Format | undefined;
  readonly output: 'human' | 'json' | undefined;
  readonly colour: ColourMode;
}

type Target =
  | { readonly kind: 'line'; readonly file: string; readonly line: number }
  | { readonly kind: 'finding'; readonly id: string };

/** Says for one event why each rule did or did not fire: the engine's own decisions, with what they rest on. */
export const explain = async (args: ExplainArgs, io: Io): Promise<number> => {
  const loaded = await load({ config: args.config, rules: args.rules, env: io.env, orExample: true });
  const chosen = chooseRule(loaded, args.rule);
  const target = parseTarget(args.target);
  const place = target.kind === 'line' ? target : await findFinding(target.id, loaded, args, io);
  const explanations = await explainLine({ place, loaded, args, io });
  if (args.output === 'json') {
    for (const each of explanations) io.stdout.write(`${explanationJson(only(each, chosen))}\n`);
    return EXIT.ok;
  }
  const colour = wantsColour({ mode: args.colour, isTerminal: io.stdout.isTTY === true, env: io.env });
  const palette = createPalette(colour);
  const quietPeriodMsOf = quietPeriods(loaded);
  for (const each of explanations) {
    const options = { palette, whole: chosen !== undefined, quietPeriodMsOf };
    io.stdout.write(`${renderExplanation(only(each, chosen), options).join('\n')}\n`);
  }
  return EXIT.ok;
};

const only = (explanation: Explanation, code: string | undefined): Explanation =>
  code === undefined
    ? explanation
    : { ...explanation, rules: explanation.rules.filter(({ rule }) => rule.code === code) };

const chooseRule = ({ rules }: Loaded, code: string | undefined): string | undefined => {
  if (code === undefined) return undefined;
  const found = rules.find((rule) => rule.code.toLowerCase() === code.toLowerCase());
  if (found !== undefined) return found.code;
  throw new UsageError(
    `there is no rule ${code}; the rules are ${rules.map((rule) => rule.code).join(', ')}`,
  );
};

const parseTarget = (target: string): Target => {
  if (/^[0-9a-f]{20}$/.test(target)) return { kind: 'finding', id: target };
  const [, file, line] = /^(.+):(\d{1,15})$/s.exec(target) ?? [];
  if (file === undefined || Number(line) < 1)
    throw new UsageError(`${toTerminal(target)}: give FILE:LINE (audit.log:183), or the id of a finding`);
  return { kind: 'line', file, line: Number(line) };
};

interface Place {
  readonly file: string;
  readonly line: number;
}

const findFinding = async (id: string, loaded: Loaded, args: ExplainArgs, io: Io): Promise<Place> => {
  if (args.files.length === 0) throw new UsageError('name the files in which to look for the finding');
  if (args.files.includes('-'))
    throw new UsageError('standard input can be read only once: name a file, or give FILE:LINE');
  const found: Place[] = [];
  const tell = ({ finding }: Told): void => {
    if (finding.id === id) found.push(finding.source);
  };
  await scan(args.files, [createLane({ loaded, format: args.format, tell })], io);
  const [first] = found;
  if (first === undefined) throw new InputError(`no finding ${id} in ${args.files.join(', ')}`);
  return first;
};

interface Asked {
  readonly place: Place;
  readonly loaded: Loaded;
  readonly args: ExplainArgs;
  readonly io: Io;
}

const explainLine = async ({ place, loaded, args, io }: Asked): Promise<readonly Explanation[]> => {
  const isPlace = ({ line }: Event | Reject): boolean =>
    line.number === place.line && line.file === place.file;
  const recorder = createRecorder(isPlace);
  const told = new Map<string, Told>();
  const rejects: Reject[] = [];
  const lane = createLane({
    loaded,
    format: args.format,
    observer: recorder.observer,
    onReject: (reject) => {
      if (isPlace(reject) && rejects.length === 0) rejects.push(reject);
    },
    tell: (each) => {
      if (recorder.taken.some(({ decisions }) => decisions.some((one) => isOf(one, each)))) {
        told.set(each.finding.id, each);
      }
    },
  });
  const files = args.files.includes(place.file) ? args.files : [place.file, ...args.files];
  await scan(files, [lane], io);
  const [reject] = rejects;
  if (reject !== undefined)
    throw new InputError(
      `${place.file}:${place.line}: ${reject.reason}: ${reject.detail}; no rule saw this line`,
    );
  if (recorder.taken.length === 0)
    throw new InputError(`${place.file}:${place.line}: there is no event on this line`);
  return recorder.taken.flatMap(({ event, decisions }) => {
    const program = lane.assembled.programs.find(({ format }) => format === event.format);
    const zones = loaded.config.zones.matches(event.peer, event.time);
    return program === undefined ? [] : [explainEvent(program, { event, decisions, told, zones })];
  });
};

const isOf = (decision: { readonly became: string; readonly id?: string }, { finding }: Told): boolean =>
  decision.became === 'finding' && decision.id === finding.id;
