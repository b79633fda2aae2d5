import { Command, InvalidArgumentError, Option } from 'commander';
import { DateTime } from 'luxon';
import { parseDurationMs } from '../duration.ts';
import type { Format, Micros } from '../event.ts';
import type { Severity } from '../finding.ts';
import { version } from '../version.ts';
import { addCoverageCommands } from './coverage-commands.ts';
import { addEgressCommands } from './egress-commands.ts';
import type { Io } from './io.ts';
import { ENGINES } from './replay-engine.ts';
import { OUTPUT_FORMATS } from './replay-output.ts';
import { addTuningCommands } from './tuning-commands.ts';

const FORMATS: readonly Format[] = ['kube-audit', 'vault-audit', 'sshd', 'netfilter', 'pf', 'vlmcsd', 'json'];
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

/**
 * The whole command line. One place, so that `--help` and the reference cannot disagree with it. A command is loaded
 * when it is asked for: loading what `run` needs takes longer than a small replay.
 */
export const createProgram = (io: Io, done: (code: number) => void): Command => {
  const program = new Command('detector')
    .description('Detection for security logs in Grafana Loki that proves that it works.')
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('(detector --help lists what there is)');

  program
    .command('replay')
    .description('Read recorded logs through the rules and print the findings.')
    .argument('<file...>', 'log files or folders, .gz and .zst too; - reads standard input')
    .addOption(configOption())
    .addOption(rulesOption())
    .addOption(
      new Option('--format <format>', 'what the lines are, when labels and content do not tell').choices(
        FORMATS,
      ),
    )
    .addOption(new Option('-o, --output <form>', 'human on a terminal, else ndjson').choices(OUTPUT_FORMATS))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 when a finding is at least this grave').choices(
        SEVERITIES,
      ),
    )
    .option('--expect <file>', 'compare the findings with an expectation file; exit with 1 when they differ')
    .option('--since <time>', 'only events from then on: RFC 3339, or 24h ago', timeArgument(io))
    .option('--until <time>', 'only events before', timeArgument(io))
    .option('--pipeline', 'also tell what is wrong with the logs themselves (rules D1 to D10)', false)
    .addOption(
      new Option('--engine <engine>', 'fast leaves out lines that no rule can fire on; plain reads all')
        .choices(ENGINES)
        .default('auto'),
    )
    .option('--strict', 'fail at the first line that cannot be read', false)
    .addOption(new Option('--color <when>').choices(['auto', 'always', 'never']).default('auto'))
    .option('--no-progress', 'no progress bar')
    .option('--no-summary', 'no closing summary')
    .option('-q, --quiet', 'neither progress bar nor summary', false)
    .option(
      '--diff <path>',
      'what it was before: rules or configuration, file, folder or git:REV:PATH',
      collect,
      [],
    )
    .addOption(
      new Option(
        '--fail-on-new <severity>',
        'with --diff: exit with 1 when a new finding is this grave',
      ).choices(SEVERITIES),
    )
    .addHelpText('after', '\nExample:\n  detector replay examples/intrusion.jsonl')
    .action(async (files: string[], given) => {
      if (given.diff.length > 0) {
        done(
          await (await import('./replay-diff.ts')).replayDiff({ ...given, files, colour: given.color }, io),
        );
        return;
      }
      done(
        await (await import('./replay.ts')).replay(
          {
            files,
            config: given.config,
            rules: given.rules,
            format: given.format,
            output: given.output,
            failOn: given.failOn,
            expect: given.expect,
            since: given.since,
            until: given.until,
            pipeline: given.pipeline,
            engine: given.engine,
            strict: given.strict,
            colour: given.color,
            progress: given.progress && !given.quiet,
            summary: given.summary && !given.quiet,
          },
          io,
        ),
      );
    });

  program
    .command('run')
    .description('Watch the configured streams and tell Alertmanager and Slack.')
    .addOption(configOption())
    .addOption(rulesOption())
    .addHelpText('after', '\nExample:\n  detector run --config examples/run-local.yaml')
    .action(async (given) => done(await (await import('./run.ts')).run(given, io)));

  program
    .command('notify')
    .description('Try the ways to people.')
    .command('test')
    .description('Send a test alert to every Alertmanager and Slack channel, and read it back.')
    .addOption(configOption())
    .addHelpText('after', '\nExample:\n  detector notify test --config detector.yaml')
    .action(async (given) =>
      done(await (await import('./notify-test.ts')).notifyTestCommand(given.config, io)),
    );

  program
    .command('check')
    .description('Validate configuration and rules; report every mistake.')
    .addOption(configOption())
    .addOption(rulesOption())
    .addHelpText('after', '\nExample:\n  detector check --config detector.yaml --rules rules/')
    .action(async (given) => done(await (await import('./check.ts')).check(given, io)));

  program
    .command('rules')
    .description('List the rules, or show one.')
    .argument('[code]', 'the rule to show')
    .addOption(configOption())
    .addOption(rulesOption())
    .addHelpText('after', '\nExample:\n  detector rules K7')
    .action(async (code: string | undefined, given) =>
      done(await (await import('./rules.ts')).rules({ code, ...given }, io)),
    );

  const shared = { io, done, formats: FORMATS, configOption, rulesOption, timeArgument: timeArgument(io) };
  addCoverageCommands(program, shared);
  addTuningCommands(program, shared);
  addEgressCommands(program, shared);

  program
    .command('version')
    .description('Print the version.')
    .action(() => {
      io.stdout.write(`${version}\n`);
      done(0);
    });
  return program;
};

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const configOption = (): Option =>
  new Option('-c, --config <file>', 'configuration; a later one replaces settings of an earlier one')
    .argParser(collect)
    .default([], 'DETECTOR_CONFIG');

const rulesOption = (): Option =>
  new Option('-r, --rules <path>', 'rule files or folders, in place of the configured ones')
    .argParser(collect)
    .default([], 'shipped');

const timeArgument =
  (io: Io) =>
  (given: string): Micros => {
    const ago = parseDurationMs(given);
    const at = ago === undefined ? readTime(given) : (io.now() - ago) * 1000;
    if (at === undefined) throw new InvalidArgumentError('give 2026-05-12T08:00:00Z, 2026-05-12 or 24h');
    return at;
  };

/** ISO 8601 as people write it; UTC unless it names a zone. */
const readTime = (given: string): Micros | undefined => {
  const read = DateTime.fromISO(given, { zone: 'utc' });
  return read.isValid ? read.toMillis() * 1000 : undefined;
};
