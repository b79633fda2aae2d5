import { readFile } from 'node:fs/promises';
import { configSchema } from '../config/json-schema.ts';
import { renderConfig } from '../config/render.ts';
import { EXIT, type Io } from './io.ts';
import { EXAMPLE_CONFIG, load } from './load.ts';

/** Prints the commented example, to start from. */
export const configInit = async (io: Io): Promise<number> => {
  io.stdout.write(await readFile(EXAMPLE_CONFIG, 'utf8'));
  return EXIT.ok;
};

/** Prints the JSON Schema of a configuration, for editors. */
export const printConfigSchema = (io: Io): number => {
  io.stdout.write(`${JSON.stringify(configSchema(), undefined, 2)}\n`);
  return EXIT.ok;
};

/** Prints the configuration in force: files, environment and defaults together. No secret is in it. */
export const configShow = async (config: readonly string[], io: Io): Promise<number> => {
  const loaded = await load({ config, rules: [], env: io.env, orExample: true });
  io.stdout.write(renderConfig(loaded.config));
  return EXIT.ok;
};
