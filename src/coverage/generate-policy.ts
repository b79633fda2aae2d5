import type { Rule } from '../rules/rule.ts';
import { resourceOf } from './api-request.ts';
import { verbsOf } from './api-verbs.ts';
import { type Constraints, isAtLeast, type Level, type Stage } from './audit-policy.ts';
import { ANY_REQUEST, NOISE } from './noise.ts';
import { samplesOf } from './possible.ts';
import { NAME_FIELDS, NAMESPACE_FIELDS } from './probes.ts';
import { type BranchShapes, byAnyone, type Shape, shapesOf } from './shapes.ts';

/** A rule of the generated policy and why it is there. */
export interface WantedRule extends Constraints {
  readonly level: Level;
  readonly omitStages: readonly Stage[];
  readonly why: readonly string[];
}

/**
 * The smallest policy under which every rule can fire: first what rules about certain requests need, then noise that
 * is kept out, then what rules about certain callers need. What no rule matches is not recorded.
 */
export const generatePolicy = (rules: readonly Rule[]): readonly WantedRule[] => {
  const branches = rules
    .filter(({ format }) => format === 'kube-audit')
    .flatMap((rule) => sureBranches(shapesOf(rule, undefined)).map((shapes) => ({ rule, shapes })));
  const closed = branches
    .filter(({ shapes }) => !shapes.open)
    .flatMap(({ rule, shapes }) => wantedBy(rule, shapes));
  const open = branches.filter(({ shapes }) => shapes.open);
  const catchAll = callersWanted(open.map(({ rule, shapes }) => ({ rule, shapes })));
  return [...joined(closed), ...(catchAll.length === 0 ? [] : noiseRules()), ...catchAll];
};

/** Branches that only say what could not be judged are no reason to record anything. */
const sureBranches = (branches: readonly BranchShapes[]): readonly BranchShapes[] => {
  const sure = branches.filter(({ branch }) => branch.verified);
  return sure.length === 0 ? branches : sure;
};

const OMITTED: readonly Stage[] = ['RequestReceived'];

/** What one branch asks for: a kind of object, the verbs, the namespaces where those can be listed. */
interface Wanted {
  readonly title: string;
  readonly level: Level;
  readonly group: string;
  readonly resource: string;
  /** Empty for all that the resource has. */
  readonly verbs: readonly string[];
  /** Undefined for any. */
  readonly namespaces: readonly string[] | undefined;
  /** Empty for any. */
  readonly names: readonly string[];
}

const titleOf = ({ code, title }: Rule): string => `${code} (${title})`;

const wantedBy = (rule: Rule, { branch, shapes }: BranchShapes): readonly Wanted[] => {
  const listed = (fields: readonly string[], found: readonly string[]): boolean => {
    const { texts, exact } = samplesOf(branch.condition, fields);
    // Texts that a policy cannot express (wildcards) leave it open.
    return exact && texts.length > 0 && found.every((name) => name === '' || texts.includes(name));
  };
  const byType = new Map<string, Shape[]>();
  for (const shape of shapes) {
    const { object } = shape.probe.request;
    if (object === undefined) continue;
    // The name of what is created stands in the body, where a policy cannot ask for it.
    const named = object.name !== '' && listed(NAME_FIELDS, [shape.probe.loggedName]);
    const key = JSON.stringify([object.group, resourceOf(object), named]);
    byType.set(key, [...(byType.get(key) ?? []), shape]);
  }
  return [...byType.values()].flatMap((own) => {
    const object = own[0]?.probe.request.object;
    if (object === undefined) return [];
    const verbs = [...new Set(own.map(({ probe }) => probe.request.verb))];
    const namespaces = [...new Set(own.map(({ probe }) => probe.request.object?.namespace ?? ''))];
    const names = [...new Set(own.map(({ probe }) => probe.request.object?.name ?? ''))];
    const scoped = namespaces.some((name) => name !== '');
    return [
      {
        title: titleOf(rule),
        level: highest(own),
        group: object.group,
        resource: resourceOf(object),
        verbs: verbs.length === verbsOf(object).length ? [] : verbs,
        namespaces: scoped && listed(NAMESPACE_FIELDS, namespaces) ? namespaces : undefined,
        names: !names.includes('') && listed(NAME_FIELDS, names) ? names : [],
      },
    ];
  });
};

const highest = (shapes: readonly Shape[]): Level => {
  const levels = shapes.map(({ level }) => level);
  return levels.reduce((best, level) => (isAtLeast(level, best) ? level : best), 'Metadata');
};

/** One policy rule for all that agree in level, verbs and namespaces; the most detailed first, as the first match counts. */
const joined = (wanted: readonly Wanted[]): readonly WantedRule[] => {
  const groups = new Map<string, Wanted[]>();
  for (const each of wanted) {
    const key = JSON.stringify([each.level, each.verbs, each.namespaces ?? null, each.names]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()]
    .sort((a, b) => rank(b) - rank(a))
    .flatMap((group) => {
      const [first] = group;
      return first === undefined ? [] : [toRule(first, group)];
    });
};

const rank = ([first]: readonly Wanted[]): number => (first?.level === 'Metadata' ? 0 : 1);

const toRule = ({ level, verbs, namespaces, names }: Wanted, group: readonly Wanted[]): WantedRule => {
  const groups = [...new Set(group.map((each) => each.group))];
  const content = level !== 'Metadata';
  return {
    ...ANY_REQUEST,
    level,
    verbs,
    namespaces: namespaces ?? [],
    resources: groups.map((name) => ({
      group: name,
      resources: [...new Set(group.filter((each) => each.group === name).map(({ resource }) => resource))],
      resourceNames: names,
    })),
    // With bodies, a server up to 1.36 loses the last line of YAML patches; then the first one shows it (D6).
    omitStages: content ? [] : OMITTED,
    why: [
      `${titlesOf(group)}${content ? ': judges the content' : ''}`,
      ...(content
        ? [
            'kube-apiserver up to 1.36 cannot write the last line of a YAML apply or a malformed patch here,',
            'so RequestReceived is kept: a request that starts and never ends is finding D6',
          ]
        : []),
    ],
  };
};

const titlesOf = (wanted: readonly { readonly title: string }[]): string =>
  [...new Set(wanted.map(({ title }) => title))].join(', ');

const noiseRules = (): readonly WantedRule[] =>
  NOISE.map(({ why, match }) => ({
    ...match,
    level: 'None' as const,
    omitStages: [],
    why: [`noise: ${why}`],
  }));

interface Open {
  readonly rule: Rule;
  readonly shapes: BranchShapes;
}

const ACCOUNTS = 'system:serviceaccounts';

/** Rules about callers: all of them, or service accounts where no rule wants more. */
const callersWanted = (open: readonly Open[]): readonly WantedRule[] => {
  const byAll = open.filter(({ shapes }) => shapes.shapes.some(byAnyone) || !onlyAccounts(shapes));
  const titles = titlesOf(open.map(({ rule }) => ({ title: titleOf(rule) })));
  if (open.length === 0) return [];
  const userGroups = byAll.length === 0 ? [ACCOUNTS] : [];
  const impersonated =
    byAll.length === 0 ? [] : ['a policy cannot ask for impersonated users, so callers are not listed'];
  return [
    {
      ...ANY_REQUEST,
      level: 'Metadata',
      userGroups,
      omitStages: OMITTED,
      why: [`${titles}: any request`, ...impersonated],
    },
  ];
};

const onlyAccounts = ({ shapes }: BranchShapes): boolean =>
  shapes.every(({ probe }) => probe.caller.groups.includes(ACCOUNTS));
