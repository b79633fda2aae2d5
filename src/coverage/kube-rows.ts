import type { Rule } from '../rules/rule.ts';
import type { AuditPolicy, Level } from './audit-policy.ts';
import { describeNarrowing, describeObject, describeRequests } from './describe-shapes.ts';
import { isNoise } from './noise.ts';
import { type Recorded, recordedAs } from './recorded.ts';
import type { Row, State } from './row.ts';
import { type BranchShapes, type Shape, shapesOf } from './shapes.ts';

interface Judged {
  readonly shape: Shape;
  readonly recorded: Recorded;
}

/** What an audit policy lets the Kubernetes rules see: for each way in which they fire, and who decides it. */
export const kubeRows = (rules: readonly Rule[], policy: AuditPolicy): readonly Row[] =>
  rules.filter(({ format }) => format === 'kube-audit').flatMap((rule) => rowsOf(rule, policy));

const rowsOf = (rule: Rule, policy: AuditPolicy): readonly Row[] => {
  const branches = shapesOf(rule, policy);
  const unsure = branches.filter(({ branch }) => !branch.verified);
  const sure = branches.filter(({ branch }) => branch.verified);
  const judged = (shapes: readonly Shape[]): readonly Judged[] =>
    shapes.map((shape) => ({ shape, recorded: recordedAs(policy, shape.probe.request, shape.level) }));
  const rows = (sure.length === 0 ? unsure : sure).flatMap((each) =>
    each.open
      ? openRows(rule, policy, judged(each.shapes))
      : closedRows({ rule, policy, judged: judged(each.shapes), fallback: unsure }),
  );
  return mergeEqual(rows);
};

/** Branches of a rule that look at the same requests (a milder one when it was denied) say the same. */
const mergeEqual = (rows: readonly Row[]): readonly Row[] => [
  ...new Map(rows.map((row) => [JSON.stringify([row.alternative, row.state, row.where]), row])).values(),
];

interface Closed {
  readonly rule: Rule;
  readonly policy: AuditPolicy;
  readonly judged: readonly Judged[];
  /** Branches that tell, without being sure, what the others cannot judge. */
  readonly fallback: readonly BranchShapes[];
}

/** A rule about certain requests: each of them that is not recorded is a hole. */
const closedRows = ({ rule, policy, judged, fallback }: Closed): readonly Row[] => {
  const object = describeObject(judged.map(({ shape }) => shape));
  const perRequest = groupBy(judged, ({ shape }) => describeRequests([shape]));
  const parts = perRequest.flatMap((same) => {
    const all = same.map(({ shape }) => shape);
    return groupBy(same, ({ recorded }) => outcomeKey(recorded)).map((part) => ({
      part,
      narrowed: describeNarrowing(
        part.map(({ shape }) => shape),
        all,
      ),
    }));
  });
  const rows = groupBy(parts, ({ part, narrowed }) => `${outcomeKey(part[0]?.recorded)} ${narrowed}`);
  return rows.flatMap((together) => {
    const shapes = together.flatMap(({ part }) => part.map(({ shape }) => shape));
    const [first] = together;
    const [judgedFirst] = first?.part ?? [];
    if (first === undefined || judgedFirst === undefined) return [];
    const { recorded, shape } = judgedFirst;
    const words = [describeRequests(shapes), object, first.narrowed];
    const alternative = words.filter((text) => text !== '').join(' ');
    const told = fallback.some((each) => tells(each, shapes));
    const judgement = verdict(policy, recorded, shape.level, told);
    return [
      {
        rule: rule.code,
        proof: 'configuration' as const,
        alternative,
        ...judgement,
        why: judgement.why + moreLines(together),
      },
    ];
  });
};

const tells = ({ shapes }: BranchShapes, wanted: readonly Shape[]): boolean => {
  const known = new Set(shapes.map(({ probe }) => JSON.stringify(probe.request)));
  return wanted.every(({ probe }) => known.has(JSON.stringify(probe.request)));
};

/** What is recorded needs no further distinction. */
const outcomeKey = (recorded: Recorded | undefined): string => {
  if (recorded === undefined || recorded.kind === 'unmatched') return 'unmatched';
  return recorded.kind === 'enough' ? 'enough' : `${recorded.kind} ${recorded.rule.place.line}`;
};

const moreLines = (together: readonly { readonly part: readonly Judged[] }[]): string => {
  const lines = together.flatMap(({ part }) =>
    part.flatMap(({ recorded }) => (recorded.kind === 'enough' ? [recorded.rule.place.line] : [])),
  );
  const [, ...others] = [...new Set(lines)];
  return others.length === 0 ? '' : `; also by line ${others.join(', ')}`;
};

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
};

type Judgement = Pick<Row, 'state' | 'why' | 'where' | 'fix'>;

const GENERATE = '`detector audit-policy` writes a policy that does';

const verdict = (policy: AuditPolicy, recorded: Recorded, needed: Level, told: boolean): Judgement => {
  if (recorded.kind === 'unmatched')
    return {
      state: 'blind',
      why: 'no rule of the policy matches, and what none matches is not recorded',
      where: { file: policy.file, line: policy.rules.at(-1)?.place.line ?? 1 },
      fix: `add a rule with level ${needed} for these requests; ${GENERATE}`,
    };
  const { kind, level, rule } = recorded;
  const where = { file: policy.file, line: rule.place.line };
  switch (kind) {
    case 'enough':
      return { state: 'can_fire', why: `recorded at level ${level}`, where, fix: undefined };
    case 'late':
      return {
        state: 'can_fire',
        why: `recorded at level ${level}, but only when the session ends: the policy omits ResponseStarted`,
        where,
        fix: 'take ResponseStarted out of omitStages',
      };
    case 'dropped':
      return {
        state: 'blind',
        why: 'this policy rule has level None: nothing is recorded',
        where,
        fix: `put a rule with level ${needed} for these requests before line ${where.line}; ${GENERATE}`,
      };
    case 'stages':
      return {
        state: 'blind',
        why: 'the policy omits every stage that says how the request ended',
        where,
        fix: 'take ResponseComplete (and ResponseStarted) out of omitStages',
      };
    case 'thin':
      return {
        state: told ? 'unverified' : 'blind',
        why: `recorded at level ${level}, without the content that the rule judges (needs ${needed})${told ? ': every such request is reported, unverified' : ''}`,
        where,
        fix: `put a rule with level ${needed === 'Request' ? 'RequestResponse' : needed} for these requests before line ${where.line}; ${GENERATE}`,
      };
  }
};

const SEEN: ReadonlySet<Recorded['kind']> = new Set(['enough', 'late']);

/** A rule about a caller, whatever they do: it fires as long as something they do is recorded. */
const openRows = (rule: Rule, policy: AuditPolicy, judged: readonly Judged[]): readonly Row[] => {
  const telling = judged.filter(({ shape }) => !isNoise(shape.probe.request));
  const byCaller = groupBy(telling, ({ shape }) => JSON.stringify(shape.probe.caller));
  const unseen = byCaller.filter((own) => own.every(({ recorded }) => !SEEN.has(recorded.kind)));
  const seen = byCaller.filter((own) => !unseen.includes(own)).flat();
  const whole = judged.map(({ shape }) => shape);
  const rows: Row[] = groupBy(unseen.flat(), ({ recorded }) => outcomeKey(recorded)).flatMap((part) => {
    const [first] = part;
    if (first === undefined) return [];
    const narrowed = describeNarrowing(
      part.map(({ shape }) => shape),
      whole,
    );
    const alternative = `any request ${narrowed}`.trim();
    return [
      {
        rule: rule.code,
        proof: 'configuration' as const,
        alternative,
        ...verdict(policy, first.recorded, first.shape.level, false),
      },
    ];
  });
  return seen.length === 0 ? rows : [seenRow(rule, policy, seen), ...rows];
};

const seenRow = (rule: Rule, policy: AuditPolicy, judged: readonly Judged[]): Row => {
  const state: State = 'can_fire';
  const common = { rule: rule.code, proof: 'configuration' as const, alternative: 'any request', state };
  const [hole, ...others] = groupBy(
    judged.filter(({ recorded }) => !SEEN.has(recorded.kind)),
    ({ recorded }) => outcomeKey(recorded),
  ).map((part) => ({ part, text: lostRequests(part, judged) }));
  const lost = hole?.part[0];
  if (hole === undefined || lost === undefined)
    return { ...common, why: 'all but known noise is recorded', where: undefined, fix: undefined };
  const { where, fix } = verdict(policy, lost.recorded, lost.shape.level, false);
  const more = others.map(({ part, text }) => `; ${text} (line ${lineOf(part)})`).join('');
  return { ...common, why: `but not on ${hole.text}: nothing of it is recorded${more}`, where, fix };
};

const lineOf = (part: readonly Judged[]): number | string => {
  const recorded = part[0]?.recorded;
  return recorded === undefined || recorded.kind === 'unmatched' ? 'no rule' : recorded.rule.place.line;
};

/** Verbs that are lost altogether are all there is to say; else the kinds of object are told too. */
const lostRequests = (part: readonly Judged[], all: readonly Judged[]): string => {
  const verbOf = ({ shape }: Judged): string => shape.probe.request.verb;
  const verbs = [...new Set(part.map(verbOf))];
  const lost = new Set(part);
  const whole = verbs.every((verb) => all.every((each) => verbOf(each) !== verb || lost.has(each)));
  if (whole) return verbs.join(', ');
  return describeRequests(part.map(({ shape }) => shape));
};
