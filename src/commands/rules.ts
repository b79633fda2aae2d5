import { readFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import { compareSeverity, type Severity } from '../finding.ts';
import type { Rule } from '../rules/rule.ts';
import { EXIT, type Io } from './io.ts';
import { load } from './load.ts';

export interface RulesArgs {
  readonly code: string | undefined;
  readonly config: readonly string[];
  readonly rules: readonly string[];
}

/** Lists the rules, or shows the file of one. */
export const rules = async ({ code, config, rules: paths }: RulesArgs, io: Io): Promise<number> => {
  const loaded = await load({ config, rules: paths, env: io.env, orExample: true });
  if (code === undefined) {
    for (const rule of loaded.rules) io.stdout.write(`${row(rule)}\n`);
    return EXIT.ok;
  }
  const rule = loaded.rules.find((each) => each.code.toLowerCase() === code.toLowerCase());
  if (rule === undefined) {
    const codes = loaded.rules.map((each) => each.code).join(', ');
    throw new UsageError(`there is no rule ${code}; the rules are ${codes}`);
  }
  io.stdout.write(await readFile(rule.file, 'utf8'));
  return EXIT.ok;
};

const row = ({ code, format, title, branches }: Rule): string => {
  const severities = [...new Set(branches.map(({ severity }) => severity))].sort(gravestFirst);
  return `${code.padEnd(4)} ${(format ?? '-').padEnd(12)} ${severities.join('/').padEnd(22)} ${title}`;
};

const gravestFirst = (a: Severity, b: Severity): number => compareSeverity(b, a);
