import { type Command, Option } from 'commander';
import type { Shared } from './shared-options.ts';

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `coverage`, `audit-policy`, `selftest` and `test`. */
export const addCoverageCommands = (
  program: Command,
  { io, done, formats, configOption, rulesOption }: Shared,
): void => {
  program
    .command('coverage')
    .description('Say for each rule whether it can fire, why, and what to change.')
    .argument('[file...]', 'logs to look at: what was really seen')
    .addOption(configOption())
    .addOption(rulesOption())
    .option('--audit-policy <file>', 'audit policy of kube-apiserver')
    .option('--apiserver-flags <file>', "kube-apiserver's static pod manifest, or any text with its flags")
    .option('--kube-apiserver-manifest <file>', 'the same')
    .option('--vault-audit <file>', 'output of vault audit list -detailed -format=json')
    .option('--vault-config <file>', "Vault's configuration file, for its listener")
    .option('--sshd-config <file>', 'output of sshd -T')
    .addOption(new Option('--format <format>', 'what the lines of the logs are').choices(formats))
    .addOption(new Option('-o, --output <form>', 'human on a terminal, else json').choices(['human', 'json']))
    .addOption(
      new Option('--fail-on <state>', 'exit with 1 when a rule is in this state or worse').choices([
        'blind',
        'unverified',
        'not_seen',
      ]),
    )
    .addOption(new Option('--color <when>').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', '\nExample:\n  detector coverage --audit-policy policy.yaml --fail-on blind')
    .action(async (files: string[], given) => {
      const apiserverFlags = given.apiserverFlags ?? given.kubeApiserverManifest;
      done(
        await (await import('./coverage.ts')).coverage(
          { ...given, files, apiserverFlags, colour: given.color },
          io,
        ),
      );
    });

  program
    .command('audit-policy')
    .description('Write the smallest audit policy under which all enabled rules can fire.')
    .argument('[file...]', 'recorded audit logs, to estimate lines and bytes a day before and after')
    .addOption(configOption())
    .addOption(rulesOption())
    .addHelpText('after', '\nExample:\n  detector audit-policy audit.log > policy.yaml')
    .action(async (files: string[], given) =>
      done(await (await import('./audit-policy.ts')).auditPolicy({ ...given, files }, io)),
    );

  program
    .command('selftest')
    .description('Run a real event of every rule through your rules, zones and lists; nothing is sent.')
    .addOption(configOption())
    .addOption(rulesOption())
    .addOption(new Option('-o, --output <form>', 'human on a terminal, else json').choices(['human', 'json']))
    .addHelpText('after', '\nExample:\n  detector selftest --config detector.yaml')
    .action(async (given) => done(await (await import('./selftest.ts')).runSelftest(given, io)));

  program
    .command('test')
    .description('Run the replay cases of rules; with --mutate, say what the cases do not prove.')
    .argument('[path...]', 'rule files or folders; the shipped rules when none is given')
    .addOption(configOption())
    .option('--cases <folder>', 'folder with cases (expect.yaml beside input.*)', collect, [])
    .option('--mutate', 'break each part of each rule and report what no case notices', false)
    .addHelpText('after', '\nExample:\n  detector test rules/ --mutate')
    .action(async (rules: string[], given) =>
      done(await (await import('./test-rules.ts')).testRules({ ...given, rules }, io)),
    );
};
