import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import type { Event } from '../event.ts';
import { isMet } from '../expect.ts';
import { parseExpectation } from '../expectation.ts';
import { type Mutant, mutantsOf } from '../mutation/mutants.ts';
import { differenceOf, type ReadCase, survivors } from '../mutation/score.ts';
import { checkRules } from '../rules/load.ts';
import type { Rule } from '../rules/rule.ts';
import { createPalette, terminalColumns } from '../sinks/colour.ts';
import { formatDifference } from '../sinks/difference.ts';
import { createWatch } from '../watch/watch.ts';
import { type CaseFolder, findCases } from './case-folders.ts';
import { EXIT, type Io } from './io.ts';
import { EXAMPLE_CONFIG, type Loaded, load } from './load.ts';
import { readEvents } from './read-events.ts';
import { readRuleFiles } from './rule-files.ts';

export interface TestArgs {
  /** Rule files or folders; the shipped ones when empty. */
  readonly rules: readonly string[];
  /** Folders with cases; beside the rules when empty. */
  readonly cases: readonly string[];
  readonly config: readonly string[];
  readonly mutate: boolean;
}

/** Runs the replay cases of rules and, with `mutate`, says what they do not prove. Returns the exit code. */
export const testRules = async (args: TestArgs, io: Io): Promise<number> => {
  const roots = args.cases.length > 0 ? args.cases : await casesBeside(args.rules);
  const folders = (await Promise.all(roots.map(findCases))).flat();
  if (folders.length === 0)
    throw new UsageError(`no case (a folder with expect.yaml) is below ${roots.join(', ')}`);
  const cases: ReadCase[] = [];
  let failed = 0;
  for (const folder of folders) {
    const read = await readCase(folder, args, io);
    cases.push(read);
    const difference = differenceOf(read, concerned(read));
    if (isMet(difference)) continue;
    failed++;
    const layout = { columns: terminalColumns(io.env, io.stdout), palette: createPalette(false) };
    io.stdout.write(`${formatDifference(difference, layout)}\n`);
  }
  io.stdout.write(`${folders.length - failed} of ${folders.length} cases find what they expect\n`);
  const unexplained = args.mutate ? await reportMutants(args, cases, io) : 0;
  return failed + unexplained > 0 ? EXIT.findings : EXIT.ok;
};

/** `replays/` in the rules folder or beside it, as in this project `test/replays`. */
const casesBeside = async (rules: readonly string[]): Promise<readonly string[]> => {
  const candidates = (rules.length === 0 ? ['rules'] : rules).flatMap((each) =>
    ['replays', '../replays', '../test/replays', '../test/replays-pipeline', '../../test/replays'].map(
      (folder) => path.join(each, folder),
    ),
  );
  const found: string[] = [];
  for (const candidate of candidates) {
    const about = await stat(candidate).catch(() => undefined);
    if (about?.isDirectory() === true && !found.includes(candidate)) found.push(candidate);
  }
  if (found.length > 0) return found;
  throw new UsageError(
    `no cases beside the rules (${candidates.join(', ')}): name their folder with --cases`,
  );
};

/** A case stands on the shipped example, as its own `config.yaml` and `--config` change it. */
const loadedFor = (args: TestArgs, config: readonly string[], io: Io): Promise<Loaded> => {
  const base = args.config.length > 0 ? args.config : [EXAMPLE_CONFIG];
  return load({
    config: [...base, ...config],
    rules: args.rules,
    env: io.env,
    orExample: true,
    pipeline: true,
  });
};

const readCase = async (folder: CaseFolder, args: TestArgs, io: Io): Promise<ReadCase> => {
  const loaded = await loadedFor(args, folder.config, io);
  const reading = await readEvents([folder.input], undefined, loaded, io);
  const watch = createWatch({ programs: reading.programs, lateness: LATENESS });
  const events: Event[] = [];
  await reading.events(
    (event) => void events.push(event, ...watch.event(event)),
    (reject) => void events.push(...watch.reject(reject)),
  );
  events.push(...watch.end());
  return {
    name: folder.name,
    events,
    expectation: parseExpectation(folder.expect, await readFile(folder.expect, 'utf8'), undefined),
    rules: new Map(loaded.rules.map((rule) => [rule.code, rule])),
    decoders: loaded.decoders,
  };
};

const LATENESS = 3_600_000_000;

/** Rules about the input as a whole (family D) only answer to cases that are about them. */
const concerned = ({ rules, expectation }: ReadCase): readonly Rule[] => {
  const all = [...rules.values()];
  const { firing, nearMiss, injection } = expectation.proves;
  const named = new Set([...firing, ...nearMiss, ...injection].map((name) => name.split('.')[0] ?? name));
  const own = all.filter(({ code }) => named.has(code));
  return own.some(isAboutInput) ? own : all.filter((rule) => !isAboutInput(rule));
};

const isAboutInput = ({ file }: Rule): boolean => /(?:^|[\\/])pipeline[\\/]/.test(file);

const reportMutants = async (args: TestArgs, cases: readonly ReadCase[], io: Io): Promise<number> => {
  const loaded = await loadedFor(args, [], io);
  const bare = await withEmptyLists(loaded);
  const mutants = bare.flatMap(mutantsOf);
  const alive = survivors(mutants, cases);
  const texts = new Map<string, readonly string[]>();
  for (const { file } of bare) texts.set(file, (await readFile(file, 'utf8')).split('\n'));
  const fileOf = new Map(bare.map(({ code, file }) => [code, file]));
  let unexplained = 0;
  for (const mutant of alive) {
    const file = fileOf.get(mutant.rule) ?? '';
    const why = explanation(mutant, texts.get(file) ?? []);
    if (why === undefined) unexplained++;
    io.stdout.write(
      `${why === undefined ? 'survives ' : 'explained'}  ${mutant.branch}  ${file}:${mutant.line}  ${mutant.change}${why === undefined ? '' : `  (${why})`}\n`,
    );
  }
  const killed = mutants.length - alive.length;
  io.stdout.write(
    `${killed} of ${mutants.length} mutants were noticed; ${alive.length - unexplained} survive with a reason, ${unexplained} without\n`,
  );
  return unexplained;
};

/** `# survives: why` on the line of the mutated test, or on the line above. */
const explanation = ({ line }: Mutant, text: readonly string[]): string | undefined =>
  [text[line - 1], text[line - 2]]
    .map((each) => /#\s*survives:\s*(.+)$/.exec(each ?? '')?.[1])
    .find((each) => each !== undefined);

/** What stands in lists belongs to the configuration, and is none of the rule's mistakes. */
const withEmptyLists = async ({ rules, config, decoders }: Loaded): Promise<readonly Rule[]> => {
  const codes = new Set(rules.map(({ code }) => code));
  const files = await readRuleFiles([...new Set(rules.map(({ file }) => file))]);
  return checkRules(files, {
    lists: new Map([...config.lists.keys()].map((name) => [name, []])),
    zones: config.zones.names,
    derivedFields: (format) => Object.keys(decoders.get(format)?.fields ?? {}),
  }).rules.filter(({ code }) => codes.has(code));
};
