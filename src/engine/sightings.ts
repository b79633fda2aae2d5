import { present } from '../decoders/narrow.ts';
import type { Event, Format } from '../event.ts';
import type { FieldReader } from './path-reader.ts';
import type { Knows } from './possible.ts';
import type { Program } from './program.ts';

/** A branch that cannot have fired: these of the fields that it requires were never seen. */
export interface Blind {
  readonly rule: string;
  readonly branch: string;
  readonly missing: readonly string[];
}

/** Remembers which required fields were seen, so that a rule that could not have fired is told. */
export interface Sightings {
  note(event: Event): void;
  /** An event of the format that shows nothing for the first time. */
  pass(format: Format): void;
  /** False when the event, known in part only, shows no required field for the first time. */
  mayShow(event: Event, knows: Knows): boolean;
  /** Required fields that were not seen yet. */
  unseen(format: Format): number;
  /** Formats of which an event was seen. */
  readonly formats: ReadonlySet<Format>;
  /** Branches of the formats that occurred. */
  blind(): readonly Blind[];
}

export const createSightings = (programs: readonly Program[]): Sightings => {
  const unseen = new Map(programs.map((program) => [program.format, requiredFields(program)]));
  const formats = new Set<Format>();
  return {
    note(event) {
      formats.add(event.format);
      const fields = unseen.get(event.format);
      if (fields === undefined || fields.size === 0) return;
      for (const [field, read] of fields) if (present(read(event))) fields.delete(field);
    },
    pass: (format) => formats.add(format),
    mayShow(event, knows) {
      for (const [field, read] of unseen.get(event.format) ?? [])
        if (!knows(field, event) || present(read(event))) return true;
      return false;
    },
    unseen: (format) => unseen.get(format)?.size ?? 0,
    formats,
    blind: () =>
      programs.filter(({ format }) => formats.has(format)).flatMap((program) => blindOf(program, unseen)),
  };
};

const requiredFields = ({ rules, readerOf }: Program): Map<string, FieldReader> =>
  new Map(
    rules
      .flatMap(({ rule }) => rule.branches)
      .flatMap(({ requires }) => requires)
      .map((field) => [field, readerOf(field)]),
  );

const blindOf = (program: Program, unseen: ReadonlyMap<Format, ReadonlyMap<string, FieldReader>>): Blind[] =>
  program.rules.flatMap(({ rule }) =>
    rule.branches
      .map((branch) => ({
        rule: rule.code,
        branch: branch.name,
        missing: branch.requires.filter((field) => unseen.get(program.format)?.has(field) === true),
      }))
      .filter(({ missing }) => missing.length > 0),
  );
