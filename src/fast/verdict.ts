import type { Decoder, Glance } from '../decoders/decoder.ts';
import { compilePossible, type Knows, type Possible } from '../engine/possible.ts';
import type { Program } from '../engine/program.ts';
import type { Sightings } from '../engine/sightings.ts';
import type { Judge, Signature } from './scanner.ts';

export interface VerdictOptions {
  readonly decoder: Pick<Decoder, 'fields'>;
  readonly glance: Glance;
  readonly program: Program;
  readonly sightings: Sightings;
}

/**
 * Whether lines may be passed over, by what they have in common: only when every one of them is an event, no rule can
 * fire on it whatever else it holds, no later line of its request needs it, and it shows no field for the first time.
 */
export const createVerdict = ({ decoder, glance, program, sightings }: VerdictOptions): Judge => {
  const paths = new Set(glance.paths);
  const knows: Knows = (field, event) =>
    Object.hasOwn(decoder.fields, field) ? glance.knows(field, event) : paths.has(field);
  const conditions = conditionsOf(program, knows);
  return (signature) => {
    const event = glance.event(documentOf(signature));
    if (event === undefined || event.opens || sightings.mayShow(event, knows)) return false;
    return !event.evaluated || conditions.every((possible) => possible(event) === false);
  };
};

/** Every condition that can make a finding or count towards one. */
const conditionsOf = ({ rules, readerOf }: Program, knows: Knows): readonly Possible[] =>
  rules
    .flatMap(({ rule }) => rule.branches)
    .filter((branch) => branch.kind === 'detection')
    .map(({ condition }) => compilePossible(condition, readerOf, knows));

type Part = Record<string, unknown>;

const documentOf = ({ values, objects }: Signature): Part => {
  const nested = new Map<string, Part>(objects.map((name) => [name, {}] as const));
  const doc: Part = Object.fromEntries(nested);
  for (const [path, raw] of values) {
    const dot = path.indexOf('.');
    const part = dot < 0 ? doc : nested.get(path.slice(0, dot));
    if (part !== undefined) part[path.slice(dot + 1)] = JSON.parse(raw);
  }
  return doc;
};
