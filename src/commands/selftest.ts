import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { listValues } from '../config/lists.ts';
import { type SelftestResult, selftest } from '../coverage/selftest.ts';
import { toTerminal } from '../sinks/terminal-text.ts';
import { EXIT, type Io } from './io.ts';
import { type Loaded, load } from './load.ts';
import { createOutput } from './output.ts';

export interface SelftestArgs {
  readonly config: readonly string[];
  readonly rules: readonly string[];
  readonly output: 'human' | 'json' | undefined;
}

/**
 * Runs a real event of every rule through the rules, zones and lists as configured, and prints what it would have
 * caused. Nothing is sent. Exit code 1 when something swallows a rule.
 */
export const runSelftest = async (args: SelftestArgs, io: Io): Promise<number> => {
  const loaded = await load({ config: args.config, rules: args.rules, env: io.env, orExample: true });
  const results = selftest({
    rules: loaded.rules,
    decoders: loaded.decoders,
    lists: listValues(loaded.config.lists, io.now() * 1000),
    sampleOf,
  });
  const output = createOutput(io.stdout);
  const human = args.output === 'human' || (args.output === undefined && io.stdout.isTTY === true);
  output.write(human ? table(results, loaded) : `${JSON.stringify(results.map(plain), undefined, 2)}\n`);
  await output.end();
  return results.every(({ finding, why }) => finding !== undefined || isEmptyList(why))
    ? EXIT.ok
    : EXIT.findings;
};

/** A list that is empty on purpose (no break-glass key) is told, and no failure. */
const isEmptyList = (why: string | undefined): boolean => why?.startsWith('the list ') === true;

const FOLDER = fileURLToPath(new URL('../../rules/replays/', import.meta.url));

const sampleOf = (branch: string): string | undefined => {
  const file = ['jsonl', 'log'].map((kind) => `${FOLDER}${branch}.${kind}`).find((path) => existsSync(path));
  return file === undefined ? undefined : readFileSync(file, 'utf8');
};

const plain = ({ rule, branch, finding, why }: SelftestResult) => ({
  rule,
  branch,
  fires: finding !== undefined,
  why: why ?? null,
  severity: finding?.severity ?? null,
  summary: finding?.summary ?? null,
});

const table = (results: readonly SelftestResult[], { config }: Loaded): string => {
  const { alertmanager, slack } = config.settings;
  const told = [
    ...(alertmanager?.urls ?? []).map((url) => `Alertmanager ${url}`),
    ...(slack?.channel === undefined ? [] : [`Slack ${slack.channel}`]),
  ];
  const rows = results.map(({ branch, finding, why }) =>
    finding === undefined
      ? `  ${branch.padEnd(15)} SWALLOWED  ${toTerminal(why ?? '')}`
      : `  ${branch.padEnd(15)} ${finding.severity.padEnd(9)}  ${toTerminal(finding.summary)}`,
  );
  const fires = results.filter(({ finding }) => finding !== undefined).length;
  const where =
    told.length === 0 ? 'no sink is configured: nobody would be told' : `would be told: ${told.join(', ')}`;
  return `${rows.join('\n')}\n\n${fires} of ${results.length} ways to fire work; ${where} (nothing was sent)\n`;
};
