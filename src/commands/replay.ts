import { readFile } from 'node:fs/promises';
import { createGrouping } from '../alerts/grouping.ts';
import { type Assembled, assemble } from '../assemble.ts';
import { InputError } from '../errors.ts';
import { type Format, type Micros, SECOND } from '../event.ts';
import { createExpectationCheck, type ExpectationCheck, isMet } from '../expect.ts';
import { parseExpectation } from '../expectation.ts';
import { compareSeverity, type Finding, type Severity } from '../finding.ts';
import type { ReplaySummary } from '../replay-summary.ts';
import { createReplayTally, type ReplayTally } from '../replay-tally.ts';
import { type ColourMode, createPalette, terminalColumns, wantsColour } from '../sinks/colour.ts';
import { formatDifference } from '../sinks/difference.ts';
import { createProgress, noProgress, type Progress, wantsProgress } from '../sinks/progress.ts';
import type { ReplaySink } from '../sinks/replay-sink.ts';
import { formatSummary } from '../sinks/summary.ts';
import { type Item, isPassed, isRejected, type Passed } from '../sources/source.ts';
import { EXIT, type Io } from './io.ts';
import { type Loaded, load } from './load.ts';
import { createOutput, type Output } from './output.ts';
import { quietPeriods } from './quiet-periods.ts';
import { chooseSkim, type EngineChoice } from './replay-engine.ts';
import { openSkimmedReplayInput, type ReplayInput } from './replay-input.ts';
import { REPLAY_ENGINE, REPLAY_LIMITS } from './replay-limits.ts';
import { type OutputFormat, openSink } from './replay-output.ts';

export interface ReplayArgs {
  readonly files: readonly string[];
  readonly config: readonly string[];
  readonly rules: readonly string[];
  readonly format: Format | undefined;
  /** A table on a terminal, NDJSON in a pipe when not given. */
  readonly output: OutputFormat | undefined;
  readonly failOn: Severity | undefined;
  readonly expect: string | undefined;
  readonly since: Micros | undefined;
  readonly until: Micros | undefined;
  /** Evaluate the rules about the input itself (family D) too. */
  readonly pipeline: boolean;
  readonly engine: EngineChoice;
  /** A line that cannot be read is an error. */
  readonly strict: boolean;
  readonly colour: ColourMode;
  readonly progress: boolean;
  readonly summary: boolean;
}

/** A line that reached Loki later than this after it was written is told by D4. */
const LATENESS = 3600 * SECOND;

/** Reads recorded logs through the rules and prints the findings. Returns the exit code. */
export const replay = async (args: ReplayArgs, io: Io): Promise<number> => {
  const started = performance.now();
  const expectation = args.expect === undefined ? undefined : await readExpectation(args.expect);
  const loaded = await load({
    config: args.config,
    rules: args.rules,
    env: io.env,
    orExample: true,
    pipeline: args.pipeline,
    profile: args.format === 'json' && args.rules.length > 0 ? 'sigma' : 'strict',
  });
  for (const { place, message } of loaded.warnings) {
    io.stderr.write(`${place.file}:${place.line}:${place.column}: warning: ${message}\n`);
  }
  const tally = createReplayTally(loaded.rules);
  const assembled = assembleReplay(args, loaded, tally);
  const { decoders } = loaded;
  const everyLine =
    args.pipeline || [args.since, args.until, args.expect].some((asked) => asked !== undefined);
  const skim = chooseSkim({ engine: args.engine, everyLine, decoders, assembled });
  const input = await openSkimmedReplayInput(args.files, io, skim);
  const output = createOutput(io.stdout);
  const grouping = createGrouping({ quietPeriodMsOf: quietPeriods(loaded) });
  const sink = openSink(args, loaded, io, output);
  const tell = (finding: Finding): void => {
    const told = { finding, alert: grouping.step(finding) };
    tally.tell(told);
    expectation?.tell(finding);
    sink.tell(told);
  };
  await read({ args, io, input, assembled, output, expectation, tell });
  const evictedAlerts = grouping.evicted;
  const summary = summarise({
    assembled,
    tally,
    input,
    evictedAlerts,
    elapsedMs: performance.now() - started,
  });
  await finish(sink, summary, output);
  return conclude({ args, io, summary, tally, expectation });
};

interface Reading {
  readonly args: ReplayArgs;
  readonly io: Io;
  readonly input: ReplayInput<Item | Passed>;
  readonly assembled: Assembled;
  readonly output: Output;
  readonly expectation: ExpectationCheck | undefined;
  readonly tell: (finding: Finding) => void;
}

const read = async ({ args, io, input, assembled, output, expectation, tell }: Reading): Promise<void> => {
  const { detection } = assembled;
  const progress = openProgress(args, io, input);
  try {
    for await (const items of input.source.batches(AbortSignal.any([io.signal, output.signal]))) {
      if (expectation !== undefined)
        for (const item of items) if (!isPassed(item) && !isRejected(item)) expectation.see(item);
      for (const finding of detection.take(items)) tell(finding);
      progress.update(input.source.progress.read, detection.lines);
      await output.ready();
    }
  } finally {
    progress.stop();
  }
  for (const finding of detection.end()) tell(finding);
};

const openProgress = (args: ReplayArgs, io: Io, input: ReplayInput<Item | Passed>): Progress => {
  const question = { asked: args.progress, isTerminal: io.stderr.isTTY === true, shared: false };
  if (!wantsProgress(question)) return noProgress;
  return createProgress({
    stream: io.stderr,
    totalBytes: input.source.progress.size,
    now: () => performance.now(),
  });
};

const assembleReplay = (args: ReplayArgs, loaded: Loaded, tally: ReplayTally): Assembled =>
  assemble({
    ...loaded,
    format: args.format,
    engine: REPLAY_ENGINE,
    limits: REPLAY_LIMITS,
    watch: args.pipeline ? { lateness: LATENESS } : undefined,
    since: args.since,
    until: args.until,
    onReject: (reject) => {
      if (args.strict) throw strictError(reject);
      tally.reject(reject);
    },
  });

const strictError = ({ line, reason, detail }: Parameters<ReplayTally['reject']>[0]): InputError =>
  new InputError(`${line.file}:${line.number}: ${reason}: ${detail}`);

const readExpectation = async (path: string): Promise<ExpectationCheck> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new InputError(`${path}: the expectation file cannot be read`, { cause: error });
  });
  return createExpectationCheck(parseExpectation(path, text, undefined));
};

interface Facts {
  readonly assembled: Assembled;
  readonly tally: ReplayTally;
  readonly input: ReplayInput<Item | Passed>;
  readonly evictedAlerts: number;
  readonly elapsedMs: number;
}

const summarise = ({ assembled, tally, input, evictedAlerts, elapsedMs }: Facts): ReplaySummary => {
  const { detection, engine, sightings } = assembled;
  const { evictedOccurrences, evictedWindows } = engine.counters;
  return {
    elapsedMs,
    files: input.files,
    lines: detection.lines,
    bytes: input.source.progress.bytes,
    events: detection.events,
    rejects: tally.rejects,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    range: detection.range,
    rules: tally.rules,
    blind: sightings.blind(),
    notApplicable: assembled.rules
      .filter(({ format }) => format === undefined || !sightings.formats.has(format))
      .map(({ code, format }) => ({ rule: code, format })),
    losses: { late: 0, evictedOccurrences, evictedWindows, evictedAlerts },
  };
};

const finish = async (sink: ReplaySink, summary: ReplaySummary, output: Output): Promise<void> => {
  sink.end(summary);
  await output.end();
};

interface Conclusion {
  readonly args: ReplayArgs;
  readonly io: Io;
  readonly summary: ReplaySummary;
  readonly tally: ReplayTally;
  readonly expectation: ExpectationCheck | undefined;
}

const conclude = ({ args, io, summary, tally, expectation }: Conclusion): number => {
  const terminal = io.stderr.isTTY === true;
  const options = {
    columns: terminalColumns(io.env, io.stderr),
    palette: createPalette(wantsColour({ mode: args.colour, isTerminal: terminal, env: io.env })),
  };
  if (args.summary) io.stderr.write(formatSummary(summary, options));
  if (io.signal.aborted) return EXIT.interrupted;
  const difference = expectation?.difference();
  if (difference !== undefined && !isMet(difference)) {
    io.stderr.write(formatDifference(difference, options));
    return EXIT.findings;
  }
  const { gravest } = tally;
  const failed =
    args.failOn !== undefined && gravest !== undefined && compareSeverity(gravest, args.failOn) >= 0;
  return failed ? EXIT.findings : EXIT.ok;
};
