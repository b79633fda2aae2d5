import type { Config } from './config/config.ts';
import type { Decoder } from './decoders/decoder.ts';
import { createRouter, type Router } from './decoders/router.ts';
import { createDetection, type Detection } from './detection.ts';
import { createEngine, type Engine, type EngineOptions } from './engine/engine.ts';
import { compileProgram, type Limits, type Program } from './engine/program.ts';
import { createSightings, type Sightings } from './engine/sightings.ts';
import type { Event, Format, Labels, Micros, Reject } from './event.ts';
import type { Rule } from './rules/rule.ts';
import { sourceOfLabels } from './selector/source-of-labels.ts';
import { createWatch, type WatchOptions } from './watch/watch.ts';

/** A detection with the parts of it that commands ask for more. */
export interface Assembled {
  readonly detection: Detection;
  readonly engine: Engine;
  readonly sightings: Sightings;
  readonly router: Router;
  readonly programs: readonly Program[];
  readonly rules: readonly Rule[];
}

export interface AssembleOptions {
  readonly config: Config;
  readonly decoders: ReadonlyMap<Format, Decoder>;
  readonly rules: readonly Rule[];
  readonly format: Format | undefined;
  readonly engine: EngineOptions;
  readonly limits: Limits;
  readonly since?: Micros | undefined;
  readonly until?: Micros | undefined;
  readonly onReject: (reject: Reject) => void;
  readonly onEvent?: (event: Event) => void;
  /** Evaluate the rules of family D too: `longestSilence` overrides what a stream is used to. */
  readonly watch?: Omit<WatchOptions, 'programs'> | undefined;
}

/** Puts the data path together from a configuration and its rules. Pure: reads nothing, asks no clock. */
export const assemble = (options: AssembleOptions): Assembled => {
  const { config, decoders, format, limits } = options;
  // Plain JSON has no log source: every rule is tried on it.
  const rules = format === 'json' ? options.rules.map((rule) => ({ ...rule, format })) : options.rules;
  const programs = [...decoders.values()].map((decoder) => compileProgram(decoder, rules, limits));
  const engine = createEngine(programs, options.engine);
  const sightings = createSightings(programs);
  const streams = config.sources.filter((source) => source.kind === 'loki');
  const router = createRouter({
    decoders,
    format,
    streamOf: (labels: Labels) => sourceOfLabels(streams, labels),
    nameOf: (wanted) => onlySourceOf(config, wanted),
  });
  const { onReject, onEvent, since, until } = options;
  const watch = options.watch === undefined ? undefined : createWatch({ programs, ...options.watch });
  const detection = createDetection({ router, engine, sightings, onReject, onEvent, watch, since, until });
  return { detection, engine, sightings, router, programs, rules };
};

/** Lines without labels are of the configured source of their format, where there is just one. */
const onlySourceOf = (config: Config, format: Format): string => {
  const [only, ...others] = config.sources.filter((source) => source.format === format);
  return only === undefined || others.length > 0 ? format : only.name;
};
