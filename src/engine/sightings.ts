import { present } from '../decoders/narrow.ts';
import type { Event, Format } from '../event.ts';
import type { FieldReader } from './path-reader.ts';
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
