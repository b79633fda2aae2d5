import type { Command } from 'commander';
import { type CompletionShell, renderCompletion, SHELLS } from './completion.ts';
import { configInit, configShow, printConfigSchema } from './config.ts';
import { EXIT } from './io.ts';
import type { Shared } from './shared-options.ts';

/** `config` and `completion`. */
export const addConfig = (program: Command, { io, done, configOption }: Shared): void => {
  const config = program.command('config').description('Start, check and show a configuration.');
  config
    .command('init')
    .description('Print a commented configuration to start from.')
    .addHelpText('after', '\nExample:\n  detector config init > detector.yaml')
    .action(async () => done(await configInit(io)));
  config
    .command('schema')
    .description('Print the JSON Schema of a configuration, for editors.')
    .addHelpText('after', '\nExample:\n  detector config schema > detector.schema.json')
    .action(() => done(printConfigSchema(io)));
  config
    .command('show')
    .description('Print the configuration in force, with all defaults.')
    .addOption(configOption())
    .addHelpText('after', '\nExample:\n  detector config show -c detector.yaml')
    .action(async (given) => done(await configShow(given.config, io)));
  program
    .command('completion')
    .description('Print the completion script of a shell.')
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText('after', '\nExample:\n  detector completion bash > /etc/bash_completion.d/detector')
    .action((shell: string) => {
      const known = SHELLS.find((each): each is CompletionShell => each === shell);
      if (known === undefined)
        program.error(`error: completion is for ${SHELLS.join(', ')}, not for ${shell}`);
      else io.stdout.write(renderCompletion(program, known));
      done(known === undefined ? EXIT.badInput : EXIT.ok);
    });
};
