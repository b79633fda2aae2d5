import { readApiserverFlags } from '../coverage/apiserver-flags.ts';
import { flagRows } from '../coverage/flag-rows.ts';
import { kubeRows } from '../coverage/kube-rows.ts';
import { createObserver } from '../coverage/observe.ts';
import { readAuditPolicy } from '../coverage/read-policy.ts';
import { compareStates, type Row, type State } from '../coverage/row.ts';
import { sshdRows } from '../coverage/sshd-rows.ts';
import { vaultAuditRows, vaultListenerRows } from '../coverage/vault-rows.ts';
import { UsageError } from '../errors.ts';
import type { Event, Format } from '../event.ts';
import { type ColourMode, terminalColumns, wantsColour } from '../sinks/colour.ts';
import { coverageTable } from '../sinks/coverage-table.ts';
import { EXIT, type Io } from './io.ts';
import { type Loaded, load } from './load.ts';
import { createOutput } from './output.ts';
import { readEvents } from './read-events.ts';
import { readTextFile } from './read-text.ts';

export interface CoverageArgs {
  readonly files: readonly string[];
  readonly config: readonly string[];
  readonly rules: readonly string[];
  readonly format: Format | undefined;
  readonly auditPolicy: string | undefined;
  readonly apiserverFlags: string | undefined;
  readonly vaultAudit: string | undefined;
  readonly vaultConfig: string | undefined;
  readonly sshdConfig: string | undefined;
  readonly output: 'human' | 'json' | undefined;
  readonly failOn: State | undefined;
  readonly colour: ColourMode;
}

/** Says for each rule whether it can fire, why, and what to change. Returns the exit code. */
export const coverage = async (args: CoverageArgs, io: Io): Promise<number> => {
  const loaded = await load({
    config: args.config,
    rules: args.rules,
    env: io.env,
    orExample: true,
    pipeline: true,
  });
  const rows = inOrder([...(await configured(args, loaded)), ...(await observed(args, loaded, io))], loaded);
  const output = createOutput(io.stdout);
  const human = args.output === 'human' || (args.output === undefined && io.stdout.isTTY === true);
  if (human) {
    const colour = wantsColour({ mode: args.colour, isTerminal: io.stdout.isTTY === true, env: io.env });
    for (const text of coverageTable(rows, { columns: terminalColumns(io.env, io.stdout), colour }))
      output.write(text);
  } else output.write(`${JSON.stringify(rows.map(plain), undefined, 2)}\n`);
  await output.end();
  const { failOn } = args;
  const failed = failOn !== undefined && rows.some(({ state }) => compareStates(state, failOn) >= 0);
  return failed ? EXIT.findings : EXIT.ok;
};

/** The stable form: every key is there. */
const plain = ({ rule, alternative, state, why, where, fix, proof }: Row) => ({
  rule,
  alternative,
  state,
  why,
  where: where ?? null,
  fix: fix ?? null,
  proof,
});

const inOrder = (rows: readonly Row[], { rules }: Loaded): readonly Row[] => {
  const codes = rules.map(({ code }) => code);
  return [...rows].sort((a, b) => codes.indexOf(a.rule) - codes.indexOf(b.rule));
};

const configured = async (args: CoverageArgs, { rules }: Loaded): Promise<readonly Row[]> => {
  const { auditPolicy, apiserverFlags, vaultAudit, vaultConfig, sshdConfig, files } = args;
  const given: readonly (readonly [string | undefined, (file: string, text: string) => readonly Row[]])[] = [
    [auditPolicy, (file, text) => kubeRows(rules, readAuditPolicy(file, text))],
    [apiserverFlags, (file, text) => flagRows(rules, readApiserverFlags(file, text))],
    [vaultAudit, (file, text) => vaultAuditRows(rules, file, text)],
    [vaultConfig, (file, text) => vaultListenerRows(rules, file, text)],
    [sshdConfig, (file, text) => sshdRows(rules, file, text)],
  ];
  if (files.length === 0 && given.every(([file]) => file === undefined))
    throw new UsageError(
      'coverage needs something to judge by: --audit-policy, --apiserver-flags, --vault-audit, --vault-config, --sshd-config, or log files',
    );
  const rows: Row[] = [];
  for (const [file, judge] of given)
    if (file !== undefined) rows.push(...judge(file, await readTextFile(file)));
  return rows;
};

const observed = async (args: CoverageArgs, loaded: Loaded, io: Io): Promise<readonly Row[]> => {
  if (args.files.length === 0) return [];
  const { programs, events } = await readEvents(args.files, args.format, loaded, io);
  const observer = createObserver(programs, loaded.rules);
  await events((event: Event) => observer.note(event));
  return observer.rows();
};
