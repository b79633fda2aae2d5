import { present } from '../decoders/narrow.ts';
import type { FieldReader } from '../engine/path-reader.ts';
import type { Program } from '../engine/program.ts';
import { type Event, type Format, type Micros, SECOND } from '../event.ts';
import type { Monitor } from './monitor.ts';
import { NOTHING } from './monitor.ts';
import { noLine, type Observation } from './observation.ts';

const DAY: Micros = 86_400 * SECOND;
const WEEK: Micros = 7 * DAY;

interface Field {
  readonly name: string;
  readonly read: FieldReader;
  readonly rules: readonly string[];
  seen: Micros;
  told: boolean;
}

interface Formats {
  readonly fields: readonly Field[];
  first: Micros | undefined;
  newest: Micros;
}

/** D8: a field that an enabled rule cannot do without was not in any line for a week, while lines came. */
export const createUnseen = (programs: readonly Program[]): Monitor => {
  const formats = new Map<Format, Formats>(
    programs.map((program) => [
      program.format,
      { fields: fieldsOf(program), first: undefined, newest: Number.NEGATIVE_INFINITY },
    ]),
  );
  return {
    event(event) {
      const known = formats.get(event.format);
      const { time } = event;
      if (known === undefined || time === undefined || known.fields.length === 0) return NOTHING;
      known.first ??= time;
      known.newest = Math.max(known.newest, time);
      let found: Observation[] | undefined;
      for (const field of known.fields) {
        // Once a day is enough, and reading every field of every line is not free.
        if (time - field.seen < DAY) continue;
        if (present(field.read(event))) {
          field.seen = time;
          field.told = false;
        } else if (!field.told && time - Math.max(field.seen, known.first) > WEEK) {
          field.told = true;
          found = [...(found ?? []), unseen(event, field)];
        }
      }
      return found ?? NOTHING;
    },
  };
};

const fieldsOf = ({ rules, readerOf }: Program): readonly Field[] => {
  const users = new Map<string, Set<string>>();
  for (const { rule } of rules)
    for (const field of rule.branches.flatMap(({ requires }) => requires))
      users.set(field, (users.get(field) ?? new Set()).add(rule.code));
  return [...users].map(([name, codes]) => ({
    name,
    read: readerOf(name),
    rules: [...codes],
    seen: Number.NEGATIVE_INFINITY,
    told: false,
  }));
};

const unseen = (event: Event, { name, rules }: Field): Observation => ({
  kind: 'unseen-field',
  stream: event.stream,
  line: noLine(event.stream),
  time: event.time,
  subject: name,
  facts: { reason: 'unseen', rules: rules.join(' ') },
});
