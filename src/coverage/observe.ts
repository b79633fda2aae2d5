import { object, present, text } from '../decoders/narrow.ts';
import type { FieldReader } from '../engine/path-reader.ts';
import type { Program } from '../engine/program.ts';
import type { Event, Format, Micros } from '../event.ts';
import type { Rule } from '../rules/rule.ts';
import { formatRfc3339 } from '../time.ts';
import { isAtLeast, LEVELS, type Level } from './audit-policy.ts';
import { describeRequests } from './describe-shapes.ts';
import type { Row, State } from './row.ts';
import { type BranchShapes, type Shape, shapesOf } from './shapes.ts';

/** Notes what logs really hold, so that a rule that waits for what never comes is told. Bounded by rules and API. */
export interface Observer {
  note(event: Event): void;
  rows(): readonly Row[];
}

interface Sighting {
  last: Micros | undefined;
  level: Level;
}

export const createObserver = (programs: readonly Program[], rules: readonly Rule[]): Observer => {
  const formats = new Map<Format, Micros | undefined>();
  const fields = new Map(programs.map((program) => [program.format, requiredFields(program)]));
  const requests = new Map<string, Sighting>();
  return {
    note(event) {
      if (event.format === 'kube-audit' && event.evaluated) noteRequest(requests, event);
      formats.set(event.format, later(formats.get(event.format), event.time));
      for (const seen of fields.get(event.format)?.values() ?? [])
        if (present(seen.read(event))) {
          seen.last = later(seen.last, event.time);
          seen.count++;
        }
    },
    rows: () =>
      rules.flatMap((rule) => {
        if (rule.format === undefined || rule.format === 'pipeline') return [];
        if (!formats.has(rule.format)) return [rowOf(rule, 'any line', nothingSeen(rule.format))];
        if (rule.format === 'kube-audit') return kubeRows(rule, requests, formats.get('kube-audit'));
        return fieldRows(rule, fields.get(rule.format) ?? new Map());
      }),
  };
};

interface SeenField {
  readonly read: FieldReader;
  last: Micros | undefined;
  count: number;
}

const requiredFields = ({ rules, readerOf }: Program): Map<string, SeenField> =>
  new Map(
    rules
      .flatMap(({ rule }) => rule.branches)
      .flatMap(({ requires }) => requires)
      .map((field) => [field, { read: readerOf(field), last: undefined, count: 0 }]),
  );

const later = (a: Micros | undefined, b: Micros | undefined): Micros | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

/** Kinds of request that are told apart; custom resources alone could be many. */
const MOST_REQUESTS = 20_000;

const noteRequest = (requests: Map<string, Sighting>, event: Event): void => {
  const doc = object(event.doc) ?? {};
  const reference = object(doc['objectRef']);
  const key = requestKey(
    text(doc['verb']) ?? '',
    text(reference?.['apiGroup']) ?? '',
    text(reference?.['resource']) ?? '',
    text(reference?.['subresource']) ?? '',
  );
  const known = requests.get(key);
  if (known === undefined && requests.size >= MOST_REQUESTS) return;
  const level = LEVELS.find((each) => each === doc['level']) ?? 'Metadata';
  requests.set(key, {
    last: later(known?.last, event.time),
    level: known === undefined || isAtLeast(level, known.level) ? level : known.level,
  });
};

const requestKey = (...parts: readonly [string, string, string, string]): string => JSON.stringify(parts);

type Judgement = Pick<Row, 'state' | 'why' | 'fix'>;

const nothingSeen = (format: Format): Judgement => ({
  state: 'not_seen',
  why: `no ${format} line was read`,
  fix: `give a log of ${format}, or look at whether it is shipped`,
});

const rowOf = ({ code }: Rule, alternative: string, judgement: Judgement): Row => ({
  rule: code,
  proof: 'observation',
  alternative,
  where: undefined,
  ...judgement,
});

const when = (time: Micros | undefined): string =>
  time === undefined ? 'without a time' : formatRfc3339(time);

const kubeRows = (
  rule: Rule,
  requests: ReadonlyMap<string, Sighting>,
  last: Micros | undefined,
): readonly Row[] => {
  const branches = shapesOf(rule, undefined);
  const sure = branches.filter(({ branch }) => branch.verified);
  const hasUnsure = sure.length < branches.length;
  const rows = (sure.length === 0 ? branches : sure).flatMap((shapes) =>
    shapes.open
      ? [rowOf(rule, 'any request', { state: 'can_fire', why: `last seen ${when(last)}`, fix: undefined })]
      : closedRows(rule, shapes, requests, hasUnsure),
  );
  return [...new Map(rows.map((row) => [`${row.alternative} ${row.state}`, row])).values()];
};

const closedRows = (
  rule: Rule,
  { shapes }: BranchShapes,
  requests: ReadonlyMap<string, Sighting>,
  hasUnsure: boolean,
): readonly Row[] => {
  const groups = new Map<State, { shapes: Shape[]; last: Micros | undefined }>();
  for (const shape of shapes) {
    const { verb, object: asked } = shape.probe.request;
    if (asked === undefined) continue;
    const sighting = requests.get(requestKey(verb, asked.group, asked.resource, asked.subresource));
    const state = stateOf(shape, sighting, hasUnsure);
    const group = groups.get(state) ?? { shapes: [], last: undefined };
    group.shapes.push(shape);
    groups.set(state, { ...group, last: later(group.last, sighting?.last) });
  }
  return [...groups].map(([state, { shapes: own, last }]) =>
    rowOf(rule, describeRequests(own), { state, ...SAID[state](when(last)) }),
  );
};

const stateOf = (shape: Shape, sighting: Sighting | undefined, hasUnsure: boolean): State => {
  if (sighting === undefined) return 'not_seen';
  if (isAtLeast(sighting.level, shape.level)) return 'can_fire';
  return hasUnsure ? 'unverified' : 'blind';
};

const SAID: Record<State, (last: string) => Pick<Row, 'why' | 'fix'>> = {
  can_fire: (last) => ({ why: `such requests are in the log, last ${last}`, fix: undefined }),
  unverified: (last) => ({
    why: `such requests are in the log without their content, last ${last}`,
    fix: 'record them at level RequestResponse: `detector audit-policy`',
  }),
  blind: (last) => ({
    why: `such requests are in the log without their content, last ${last}`,
    fix: 'record them at level RequestResponse: `detector audit-policy`',
  }),
  not_seen: () => ({
    why: 'no such request is in the log: it did not happen, or is not recorded',
    fix: 'give the audit policy as well (--audit-policy): it says which',
  }),
};

/** Other formats: a branch can fire when each field that it requires was seen. */
const fieldRows = (rule: Rule, fields: ReadonlyMap<string, SeenField>): readonly Row[] => {
  const rows = rule.branches.map((branch) => {
    const seen = branch.requires.map((field) => ({ field, sighting: fields.get(field) }));
    const missing = seen.filter(({ sighting }) => (sighting?.count ?? 0) === 0).map(({ field }) => field);
    const last = seen.reduce<Micros | undefined>((at, { sighting }) => later(at, sighting?.last), undefined);
    return rowOf(
      rule,
      branch.title,
      missing.length === 0
        ? { state: 'can_fire', why: `every field it needs was seen, last ${when(last)}`, fix: undefined }
        : {
            state: 'not_seen',
            why: `never seen: ${missing.join(', ')}`,
            fix: 'see whether such events happen and are shipped',
          },
    );
  });
  return rows;
};
