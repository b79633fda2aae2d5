import { type Command, Option } from 'commander';
import type { Shared } from './shared-options.ts';

export const addExplain = (
  program: Command,
  { io, done, formats, configOption, rulesOption }: Shared,
): void => {
  program
    .command('explain')
    .description('Say for one event why each rule did or did not fire.')
    .argument('<target>', 'FILE:LINE, or the id of a finding')
    .argument('[file...]', 'where to look for the finding; more of the log around the line')
    .option('--rule <code>', 'one rule only, with its whole condition')
    .addOption(configOption())
    .addOption(rulesOption())
    .addOption(
      new Option('--format <format>', 'what the lines are, when content does not tell').choices(formats),
    )
    .addOption(new Option('-o, --output <form>').choices(['human', 'json']).default('human'))
    .addOption(new Option('--color <when>').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', '\nExample:\n  detector explain audit.log:183 --rule K3')
    .action(async (target: string, files: string[], given) =>
      done(
        await (await import('./explain.ts')).explain({ ...given, target, files, colour: given.color }, io),
      ),
    );
};
