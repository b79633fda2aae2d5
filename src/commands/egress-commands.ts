import { type Command, InvalidArgumentError, Option } from 'commander';
import { egressObserve, egressPolicy } from './egress.ts';
import type { Shared } from './shared-options.ts';

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const podsOption = (): Option =>
  new Option('--pods <file>', 'recording of kubectl get pods -A -o json; may be given again')
    .argParser(collect)
    .default([], 'none: every source is unknown');

const wholeDays = (given: string): number => {
  if (!/^[1-9]\d{0,3}$/.test(given)) throw new InvalidArgumentError('give a number of days');
  return Number(given);
};

/** `egress observe` and `egress policy`. */
export const addEgressCommands = (program: Command, { io, done, configOption }: Shared): void => {
  const egress = program
    .command('egress')
    .description('Profile what namespaces connect to, and write policies that admit it.');

  egress
    .command('observe')
    .description('Say what each workload connects to, and whether that is enough for a policy.')
    .argument('<file...>', "logs with the kernel's packet lines")
    .addOption(podsOption())
    .addOption(configOption())
    .addOption(new Option('-o, --output <form>').choices(['json', 'table']).default('table'))
    .addHelpText('after', '\nExample:\n  detector egress observe --pods pods.json packets.log')
    .action(async (files: string[], given) => done(await egressObserve({ ...given, files }, io)));

  egress
    .command('policy')
    .description('Write the NetworkPolicy and the Calico policies of a namespace.')
    .argument('<namespace>', 'the namespace')
    .argument('<file...>', "logs with the kernel's packet lines")
    .addOption(podsOption())
    .addOption(configOption())
    .addOption(
      new Option('--days <days>', 'how far back to say what it would have refused')
        .argParser(wholeDays)
        .default(7),
    )
    .addHelpText('after', '\nExample:\n  detector egress policy shop --pods pods.json packets.log')
    .action(async (namespace: string, files: string[], given) =>
      done(await egressPolicy({ ...given, namespace, files }, io)),
    );
};
