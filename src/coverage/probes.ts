import type { Condition } from '../rules/rule.ts';
import type { ApiObject, ApiRequest } from './api-request.ts';
import { scopeOf, verbsOf } from './api-verbs.ts';
import type { AuditPolicy } from './audit-policy.ts';
import { type Caller, callersFor } from './callers.ts';
import { samplesOf } from './possible.ts';

/** A request that stands for all that neither the rule nor the policy can tell from it. */
export interface Probe {
  readonly caller: Caller;
  readonly request: ApiRequest;
  /** The name that the log shows, also where the policy does not see it. */
  readonly loggedName: string;
}

/** What rule and policy speak of, plus for each dimension something that neither names. */
export interface Dimensions {
  readonly callers: readonly Caller[];
  readonly types: readonly ObjectType[];
  readonly namespaces: readonly string[];
  readonly names: readonly string[];
  readonly paths: readonly string[];
}

export type ObjectType = Pick<ApiObject, 'group' | 'resource' | 'subresource'>;

export const SOME_NAMESPACE = 'some-namespace';
export const SOME_NAME = 'some-name';
const SOME_RESOURCE = 'somethings';
const SOME_GROUP = 'some.example.org';
const SOME_PATH = '/some/path';

const ACTOR = ['k8s.actor', 'event.actor', 'user.username'];
const GROUPS = ['k8s.groups', 'user.groups'];
const NAMESPACE = ['k8s.namespace', 'objectRef.namespace'];
export const NAME_FIELDS = ['k8s.name', 'objectRef.name'];
export const NAMESPACE_FIELDS = NAMESPACE;
export const ACTOR_FIELDS = ACTOR;

export const dimensionsOf = (condition: Condition, policy: AuditPolicy | undefined): Dimensions => {
  const rules = policy?.rules ?? [];
  const texts = (fields: readonly string[]) => samplesOf(condition, fields).texts;
  return {
    callers: callersFor(
      [...texts(ACTOR), ...rules.flatMap(({ users }) => users)],
      [...texts(GROUPS), ...rules.flatMap(({ userGroups }) => userGroups)],
    ),
    types: distinct([...typesOfCondition(condition), ...typesOfPolicy(rules)]),
    namespaces: unique([
      ...texts(NAMESPACE),
      ...rules.flatMap(({ namespaces }) => namespaces),
      SOME_NAMESPACE,
    ]).filter((name) => name !== ''),
    names: unique([
      ...texts(NAME_FIELDS),
      ...rules.flatMap(({ resources }) => resources.flatMap(({ resourceNames }) => resourceNames)),
      SOME_NAME,
    ]),
    paths: unique([
      SOME_PATH,
      ...rules.flatMap(({ nonResourceURLs }) => nonResourceURLs.map((url) => url.replace(/\*+$/, '/some'))),
    ]),
  };
};

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

const distinct = (types: readonly ObjectType[]): readonly ObjectType[] => [
  ...new Map(
    types.map((type) => [JSON.stringify([type.group, type.resource, type.subresource]), type]),
  ).values(),
];

const typesOfCondition = (condition: Condition): readonly ObjectType[] => {
  const texts = (fields: readonly string[]) => samplesOf(condition, fields).texts;
  const groups = [...texts(['objectRef.apiGroup']), ''];
  const named = [
    ...texts(['k8s.resource']).map(splitResource),
    ...texts(['objectRef.resource']).flatMap((resource) => groups.map((group) => ({ group, resource }))),
    { group: '', resource: SOME_RESOURCE },
    { group: SOME_GROUP, resource: SOME_RESOURCE },
  ];
  const subresources = ['', ...texts(['k8s.subresource', 'objectRef.subresource'])];
  return named.flatMap((each) => subresources.map((subresource) => ({ ...each, subresource })));
};

/** `roles.rbac.authorization.k8s.io` is what rules see of roles in that group. */
const splitResource = (text: string): { readonly group: string; readonly resource: string } => {
  const dot = text.indexOf('.');
  return dot < 0
    ? { group: '', resource: text }
    : { group: text.slice(dot + 1), resource: text.slice(0, dot) };
};

const typesOfPolicy = (rules: AuditPolicy['rules']): readonly ObjectType[] =>
  rules.flatMap(({ resources }) =>
    resources.flatMap(({ group, resources: patterns }) =>
      (patterns.length === 0 ? ['*'] : patterns).flatMap((pattern) => {
        const [resource = '', subresource] = pattern.split('/');
        const owner = resource === '*' ? SOME_RESOURCE : resource;
        if (subresource === '*')
          return ['', 'status'].map((each) => ({ group, resource: owner, subresource: each }));
        return [{ group, resource: owner, subresource: subresource ?? '' }];
      }),
    ),
  );

/** Every request that the dimensions allow and the API server would take. */
export function* probesOf(dimensions: Dimensions): Generator<Probe> {
  for (const caller of dimensions.callers) {
    for (const type of dimensions.types)
      for (const verb of verbsOf(type)) yield* probesOfType(caller, type, verb, dimensions);
    for (const path of dimensions.paths)
      yield { caller, loggedName: '', request: { ...who(caller), verb: 'get', object: undefined, path } };
  }
}

const who = ({ name, groups }: Caller) => ({ user: name, groups });

const UNNAMED = new Set(['list', 'watch', 'deletecollection']);

function* probesOfType(
  caller: Caller,
  type: ObjectType,
  verb: string,
  { namespaces, names }: Dimensions,
): Generator<Probe> {
  const creates = verb === 'create' && type.subresource === '';
  // A list with a field selector for one name has that name.
  const logged = UNNAMED.has(verb) ? ['', ...(verb === 'deletecollection' ? [] : names)] : names;
  for (const loggedName of logged) {
    const name = creates ? '' : loggedName;
    for (const namespace of namespacesFor(type, verb, name, namespaces))
      yield {
        caller,
        loggedName,
        request: { ...who(caller), verb, object: { ...type, namespace, name }, path: '/' },
      };
  }
}

const namespacesFor = (
  type: ObjectType,
  verb: string,
  name: string,
  namespaces: readonly string[],
): readonly string[] => {
  // The API server takes the name of a namespace for its namespace as well.
  if (type.resource === 'namespaces' && type.group === '') return [name];
  const scope = scopeOf(type);
  if (scope === 'cluster') return [''];
  return scope === 'either' || verb === 'list' || verb === 'watch' ? ['', ...namespaces] : namespaces;
};
