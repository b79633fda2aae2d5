import { compareSides } from '../diff/compare.ts';
import { renderComparison } from '../diff/document.ts';
import { comparisonJson } from '../diff/json.ts';
import { markdown } from '../diff/markdown.ts';
import { collectSide } from '../diff/side.ts';
import { terminalForm } from '../diff/terminal.ts';
import { worstNew } from '../diff/worst-new.ts';
import { UsageError } from '../errors.ts';
import type { Format, Micros } from '../event.ts';
import { compareSeverity, type Severity } from '../finding.ts';
import { type ColourMode, createPalette, terminalColumns, wantsColour } from '../sinks/colour.ts';
import { EXIT, type Io } from './io.ts';
import { load } from './load.ts';
import { loadOtherSide } from './other-side.ts';
import { createLane, scan } from './scan.ts';

export interface ReplayDiffArgs {
  readonly files: readonly string[];
  /** What it was before: rules or configurations. */
  readonly diff: readonly string[];
  readonly config: readonly string[];
  readonly rules: readonly string[];
  readonly format: Format | undefined;
  readonly output: string | undefined;
  readonly failOnNew: Severity | undefined;
  readonly since: Micros | undefined;
  readonly until: Micros | undefined;
  readonly colour: ColourMode;
}

/** Reads the same logs under two rule sets or configurations and tells what is different. Returns the exit code. */
export const replayDiff = async (args: ReplayDiffArgs, io: Io): Promise<number> => {
  const { output = io.stdout.isTTY === true ? 'human' : 'ndjson', failOnNew } = args;
  if (!['human', 'md', 'ndjson'].includes(output))
    throw new UsageError(`a difference can be had as human, md or ndjson, not as ${output}`);
  const options = { config: args.config, rules: args.rules, env: io.env, orExample: true };
  const after = await load(options);
  const before = await loadOtherSide(args.diff, options);
  const sides = [before, after].map((loaded) => {
    const collector = collectSide();
    const { format, since, until } = args;
    return { collector, lane: createLane({ loaded, format, since, until, tell: collector.tell }) };
  });
  await scan(
    args.files,
    sides.map(({ lane }) => lane),
    io,
  );
  const [old, now] = sides.map(({ collector }) => collector.side);
  if (old === undefined || now === undefined) throw new Error('a comparison has two sides');
  const comparison = compareSides(old, now);
  const lines =
    output === 'ndjson'
      ? comparisonJson(comparison)
      : renderComparison(comparison, output === 'md' ? markdown : formFor(args.colour, io));
  for (const line of lines) io.stdout.write(`${line}\n`);
  const worst = worstNew(comparison);
  return failOnNew !== undefined && worst !== undefined && compareSeverity(worst, failOnNew) >= 0
    ? EXIT.findings
    : EXIT.ok;
};

const formFor = (mode: ColourMode, { stdout, env }: Io) =>
  terminalForm(
    terminalColumns(env, stdout),
    createPalette(wantsColour({ mode, isTerminal: stdout.isTTY === true, env })),
  );
