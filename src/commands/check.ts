import { ConfigError, formatMistake, RuleError } from '../errors.ts';
import { EXIT, type Io } from './io.ts';
import { load } from './load.ts';

export interface CheckArgs {
  readonly config: readonly string[];
  readonly rules: readonly string[];
}

/** Validates configuration and rules. Every mistake goes to standard output as file:line:column: message. */
export const check = async ({ config, rules }: CheckArgs, io: Io): Promise<number> => {
  try {
    const loaded = await load({ config, rules, env: io.env, orExample: true });
    for (const warning of loaded.warnings) io.stdout.write(`${formatMistake(warning)} (warning)\n`);
    const zones = loaded.config.zones.names.length;
    io.stderr.write(
      `ok: ${loaded.rules.length} rules, ${zones} zones, ${loaded.config.lists.size} lists, ${loaded.config.sources.length} sources\n`,
    );
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof RuleError || error instanceof ConfigError)) throw error;
    io.stdout.write(`${error.message}\n`);
    const what = error instanceof RuleError ? 'rules' : 'configuration';
    io.stderr.write(`${error.mistakes.length} mistakes in the ${what}\n`);
    return error instanceof RuleError ? EXIT.badRules : EXIT.badInput;
  }
};
