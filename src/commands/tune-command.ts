import { type Command, Option } from 'commander';
import type { Shared } from './shared-options.ts';
import { tune } from './tune.ts';

export const addTune = (program: Command, { io, done, configOption, rulesOption }: Shared): void => {
  program
    .command('tune')
    .description('Say how many alerts other thresholds and windows of a rule would have given.')
    .argument('<rule>', 'a rule that counts: K5, V5')
    .argument('<file...>', 'recorded logs')
    .option('--expect <file>', 'an expectation file: which findings of today are not to be lost')
    .addOption(configOption())
    .addOption(rulesOption())
    .addOption(new Option('-o, --output <form>').choices(['human', 'svg']).default('human'))
    .addOption(new Option('--color <when>').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', '\nExample:\n  detector tune V5 last-week.jsonl.gz -o svg > v5.svg')
    .action(async (code: string, files: string[], given) =>
      done(await tune({ ...given, code, files, colour: given.color }, io)),
    );
};
