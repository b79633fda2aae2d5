import type { Place } from '../errors.ts';
import { type ApiObject, type ApiRequest, resourceOf } from './api-request.ts';

/** What is recorded of a request, least first. */
export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type Level = (typeof LEVELS)[number];

export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type Stage = (typeof STAGES)[number];

/** A kube-apiserver audit policy (audit.k8s.io), with the place of every rule. Empty lists constrain nothing. */
export interface AuditPolicy {
  readonly file: string;
  readonly rules: readonly PolicyRule[];
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields: boolean;
}

export interface PolicyRule {
  readonly level: Level;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly GroupResources[];
  readonly namespaces: readonly string[];
  readonly nonResourceURLs: readonly string[];
  /** Of the rule alone; those of the policy come on top. */
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields: boolean | undefined;
  readonly place: Place;
}

export interface GroupResources {
  readonly group: string;
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

export interface Decision {
  readonly level: Level;
  readonly omitStages: readonly Stage[];
  /** The first rule that matches; undefined when none does, and then nothing is recorded. */
  readonly rule: PolicyRule | undefined;
}

export const isAtLeast = (level: Level, wanted: Level): boolean =>
  LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);

/** What the API server records of a request, by the rules of kubernetes/apiserver `pkg/audit/policy/checker.go`. */
export const decide = (policy: AuditPolicy, request: ApiRequest): Decision => {
  const rule = policy.rules.find((each) => ruleMatches(each, request));
  const omitStages = [...new Set([...policy.omitStages, ...(rule?.omitStages ?? [])])];
  return { level: rule?.level ?? 'None', omitStages, rule };
};

/** What a rule says about requests, without what it does with them. */
export type Constraints = Pick<
  PolicyRule,
  'users' | 'userGroups' | 'verbs' | 'resources' | 'namespaces' | 'nonResourceURLs'
>;

export const ruleMatches = (rule: Constraints, request: ApiRequest): boolean => {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule;
  const { user, groups, verb, object, path } = request;
  if (users.length > 0 && (user === undefined || !users.includes(user))) return false;
  if (userGroups.length > 0 && !groups.some((group) => userGroups.includes(group))) return false;
  if (verbs.length > 0 && !verbs.includes(verb)) return false;
  if (namespaces.length > 0 || resources.length > 0)
    return object !== undefined && objectMatches(rule, object);
  if (nonResourceURLs.length > 0)
    return object === undefined && nonResourceURLs.some((url) => pathMatches(path, url));
  return true;
};

const pathMatches = (path: string, url: string): boolean =>
  url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));

const objectMatches = (
  { namespaces, resources }: Pick<PolicyRule, 'namespaces' | 'resources'>,
  object: ApiObject,
): boolean =>
  (namespaces.length === 0 || namespaces.includes(object.namespace)) &&
  (resources.length === 0 || resources.some((each) => groupMatches(each, object)));

const groupMatches = ({ group, resources, resourceNames }: GroupResources, object: ApiObject): boolean => {
  if (group !== object.group) return false;
  // Names without resources are refused by the API server, so they are not asked for here.
  if (resources.length === 0) return true;
  if (resourceNames.length > 0 && !resourceNames.includes(object.name)) return false;
  return resources.some((pattern) => patternMatches(pattern, object));
};

/** `pods`, `pods/exec`, `pods/*` (also without subresource), `*` with `/scale`, `*`. */
const patternMatches = (pattern: string, object: ApiObject): boolean =>
  pattern === '*' ||
  pattern === resourceOf(object) ||
  (object.subresource !== '' && pattern === `*/${object.subresource}`) ||
  pattern === `${object.resource}/*`;
