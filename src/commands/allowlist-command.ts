import type { Command } from 'commander';
import { allowlistAudit, allowlistCheck } from './allowlist.ts';
import type { Shared } from './shared-options.ts';

export const addAllowlist = (
  program: Command,
  { io, done, configOption, rulesOption, timeArgument }: Shared,
): void => {
  const allowlist = program.command('allowlist').description('Ask the lists and zones who is exempt.');
  allowlist
    .command('check')
    .description('Say from which rules a name or an address is exempt, and by which entry.')
    .argument('<subject>', 'a name (system:serviceaccount:vault:vault) or an address')
    .option('--rule <code>', 'one rule only')
    .option('--at <time>', 'at that time: RFC 3339, a day, or 24h ago', timeArgument)
    .addOption(configOption())
    .addOption(rulesOption())
    .addHelpText(
      'after',
      '\nExample:\n  detector allowlist check 203.0.113.7 --rule K2 --at 2026-05-12T08:00:00Z',
    )
    .action(async (subject: string, given) => done(await allowlistCheck({ ...given, subject }, io)));
  allowlist
    .command('audit')
    .description('List entries that are expired, without a reason, over-broad, shadowed, unused or hiding.')
    .argument('[file...]', 'logs in which to look what the entries hide')
    .addOption(configOption())
    .addOption(rulesOption())
    .addHelpText('after', '\nExample:\n  detector allowlist audit -c detector.yaml last-week.jsonl.gz')
    .action(async (files: string[], given) => done(await allowlistAudit({ ...given, files }, io)));
};
