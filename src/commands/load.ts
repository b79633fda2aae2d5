import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import type { Env, Flag } from '../config/env.ts';
import { listEntries } from '../config/lists.ts';
import { configPaths, readConfig } from '../config/read.ts';
import { createDecoders } from '../decoders/all.ts';
import type { Decoder } from '../decoders/decoder.ts';
import { ConfigError, type Mistake, RuleError } from '../errors.ts';
import type { Format } from '../event.ts';
import { createLiveZones, type LiveZones } from '../live-zones.ts';
import { checkRules } from '../rules/load.ts';
import type { Profile } from '../rules/report.ts';
import type { Rule } from '../rules/rule.ts';
import { applySettings } from '../rules/settings.ts';
import { readRuleFiles } from './rule-files.ts';

/** Configuration, decoders and rules: what every command that looks at events needs. */
export interface Loaded {
  readonly config: Config;
  /** What decoders look addresses up in: a refreshed zone shows at once. */
  readonly zones: LiveZones;
  readonly decoders: ReadonlyMap<Format, Decoder>;
  /** Enabled rules, with configured severities. */
  readonly rules: readonly Rule[];
  readonly warnings: readonly Mistake[];
}

export interface LoadOptions {
  /** `--config`, in order. */
  readonly config: readonly string[];
  /** `--rules`; replaces `rules.paths`. */
  readonly rules: readonly string[];
  readonly env: Env;
  /** Single settings given as flags. */
  readonly flags?: readonly Flag[];
  /** Use the shipped example when no configuration is named. `run` never does. */
  readonly orExample: boolean;
  /** With the rules about the detector's own input (family D), which look at more than single lines. */
  readonly pipeline?: boolean;
  /** `sigma` for community rules. */
  readonly profile?: Profile;
}

const shipped = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const EXAMPLE_CONFIG = shipped('examples/detector.yaml');

const PIPELINE_RULES = shipped('rules/pipeline');

/** Folders of the rules that `shipped` stands for; packs are chosen by their path. */
const SHIPPED_RULES = ['kubernetes', 'vault', 'sshd', 'pipeline', 'netfilter']
  .map((folder) => shipped(`rules/${folder}`))
  .filter((folder) => existsSync(folder));

/** Files and folders whose content a configuration comes from. */
export const watchedPaths = (options: LoadOptions, config: Config): readonly string[] => [
  ...configPaths(options.config, options.env),
  ...(options.rules.length > 0
    ? options.rules
    : config.settings.rules.paths.filter((path) => path !== 'shipped')),
];

/** Throws ConfigError and RuleError with every mistake of its kind. */
export const load = async (options: LoadOptions): Promise<Loaded> => {
  const named = configPaths(options.config, options.env);
  const paths = named.length === 0 && options.orExample ? [EXAMPLE_CONFIG] : named;
  const config = await readConfig(paths, options.env, options.flags);
  const zones = createLiveZones(config.zones);
  const decoders = createDecoders({ zones, trustedProxies: config.trustedProxies });
  const { rules, warnings } = await loadRules(config, decoders, options);
  return { config, zones, decoders, rules, warnings };
};

const loadRules = async (
  config: Config,
  decoders: ReadonlyMap<Format, Decoder>,
  { rules: named, profile = 'strict', pipeline = false }: LoadOptions,
): Promise<{ rules: readonly Rule[]; warnings: readonly Mistake[] }> => {
  const paths = named.length > 0 ? named : config.settings.rules.paths;
  const files = await readRuleFiles(paths.flatMap((path) => (path === 'shipped' ? SHIPPED_RULES : [path])));
  const context = {
    lists: listEntries(config.lists),
    zones: config.zones.names,
    derivedFields: (format: Format) => Object.keys(decoders.get(format)?.fields ?? {}),
  };
  const loaded = checkRules(files, context, profile);
  if (loaded.mistakes.length > 0 && profile === 'strict') throw new RuleError(loaded.mistakes);
  const unknown = unknownCodes(config, loaded.rules);
  if (unknown.length > 0 && named.length === 0) throw new ConfigError(unknown);
  const wanted = loaded.rules.filter(({ file }) => pipeline || !file.startsWith(PIPELINE_RULES));
  return {
    rules: applySettings(wanted, config.settings.rules),
    warnings: profile === 'strict' ? loaded.warnings : [...loaded.mistakes, ...loaded.warnings],
  };
};

const unknownCodes = (config: Config, rules: readonly Rule[]): readonly Mistake[] => {
  const codes = rules.map(({ code }) => code);
  const { disabled, severity } = config.settings.rules;
  const given = [
    ...disabled.map((code, at) => ({ code, path: ['rules', 'disabled', at] as const })),
    ...Object.keys(severity).map((code) => ({ code, path: ['rules', 'severity', code] as const })),
  ];
  return given
    .filter(({ code }) => !codes.includes(code))
    .map(({ code, path }) => ({
      place: config.placeOf(path),
      message: `there is no rule ${code}; the rules are ${codes.join(', ')}`,
    }));
};
