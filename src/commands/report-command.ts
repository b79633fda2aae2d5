import { type Command, Option } from 'commander';
import { replay } from './replay.ts';
import type { Shared } from './shared-options.ts';

/** `report FILE…` is `replay -o html FILE…`. */
export const addReport = (
  program: Command,
  { io, done, formats, configOption, rulesOption }: Shared,
): void => {
  program
    .command('report')
    .description('Read recorded logs through the rules and write one HTML file to look at.')
    .argument('<file...>', 'log files or folders, .gz and .zst too; - reads standard input')
    .addOption(configOption())
    .addOption(rulesOption())
    .addOption(
      new Option('--format <format>', 'what the lines are, when content does not tell').choices(formats),
    )
    .option('--pipeline', 'evaluate the rules about the input itself too', false)
    .addHelpText('after', '\nExample:\n  detector report last-week.jsonl.gz > report.html')
    .action(async (files: string[], given) =>
      done(
        await replay(
          {
            files,
            config: given.config,
            rules: given.rules,
            format: given.format,
            engine: 'fast',
            output: 'html',
            failOn: undefined,
            expect: undefined,
            since: undefined,
            until: undefined,
            pipeline: given.pipeline,
            strict: false,
            colour: 'auto',
            progress: true,
            summary: true,
          },
          io,
        ),
      ),
    );
};
