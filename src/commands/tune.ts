import { readFile } from 'node:fs/promises';
import { InputError, UsageError } from '../errors.ts';
import { parseExpectation } from '../expectation.ts';
import type { Finding } from '../finding.ts';
import { type ColourMode, createPalette, wantsColour } from '../sinks/colour.ts';
import { svgChart, terminalChart } from '../tune/chart.ts';
import { countBranchOf, createSweep } from '../tune/sweep.ts';
import { EXIT, type Io } from './io.ts';
import { load } from './load.ts';
import { createLane, scan } from './scan.ts';

export interface TuneArgs {
  readonly code: string;
  readonly files: readonly string[];
  readonly config: readonly string[];
  readonly rules: readonly string[];
  /** Labels: which of today's findings are real. All when not given. */
  readonly expect: string | undefined;
  readonly output: 'human' | 'svg';
  readonly colour: ColourMode;
}

/** Says how many alerts other thresholds and windows of a count rule would have given. */
export const tune = async (args: TuneArgs, io: Io): Promise<number> => {
  const loaded = await load({ config: args.config, rules: args.rules, env: io.env, orExample: true });
  const counting = loaded.rules.filter((rule) => countBranchOf(rule) !== undefined);
  const rule = counting.find(({ code }) => code.toLowerCase() === args.code.toLowerCase());
  const count = rule === undefined ? undefined : countBranchOf(rule);
  if (rule === undefined || count === undefined) {
    const codes = counting.map(({ code }) => code).join(', ');
    throw new UsageError(`${args.code} counts nothing; rules with a threshold are ${codes}`);
  }
  const isPositive = args.expect === undefined ? () => true : await readLabels(args.expect, rule.code);
  const sweep = createSweep(rule, count);
  await scan(args.files, [createLane({ loaded: { ...loaded, rules: sweep.rules }, tell: sweep.tell })], io);
  const swept = sweep.result(isPositive);
  if (args.output === 'svg') io.stdout.write(svgChart(rule.code, swept));
  else {
    const colour = wantsColour({ mode: args.colour, isTerminal: io.stdout.isTTY === true, env: io.env });
    io.stdout.write(`${terminalChart(rule.code, swept, createPalette(colour)).join('\n')}`);
  }
  return EXIT.ok;
};

const readLabels = async (path: string, code: string): Promise<(finding: Finding) => boolean> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new InputError(`${path}: the expectation file cannot be read`, { cause: error });
  });
  const { findings } = parseExpectation(path, text, undefined);
  const lines = new Set(findings.filter(({ rule }) => rule === code).map(({ line }) => line));
  return ({ source }) => lines.has(source.line);
};
