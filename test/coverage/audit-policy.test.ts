import { describe, expect, it } from 'vitest';
import type { ApiObject, ApiRequest } from '../../src/coverage/api-request.ts';
import { decide } from '../../src/coverage/audit-policy.ts';
import { readAuditPolicy } from '../../src/coverage/read-policy.ts';
import { ConfigError, formatMistake } from '../../src/errors.ts';

const policyOf = (rules: string, top = '') =>
  readAuditPolicy('policy.yaml', `apiVersion: audit.k8s.io/v1\nkind: Policy\n${top}rules:\n${rules}`);

const objectOf = (changes: Partial<ApiObject> = {}): ApiObject => ({
  group: '',
  resource: 'pods',
  subresource: '',
  namespace: 'vault',
  name: 'vault-0',
  ...changes,
});

const request = (changes: Partial<ApiRequest> = {}): ApiRequest => ({
  user: 'dana',
  groups: ['dev', 'system:authenticated'],
  verb: 'get',
  object: objectOf(),
  path: '/api/v1/namespaces/vault/pods/vault-0',
  ...changes,
});

const health = (path: string): ApiRequest => request({ object: undefined, path });

describe('a rule of an audit policy', () => {
  const table: readonly (readonly [string, string, ApiRequest, boolean])[] = [
    ['without constraints matches all', '', request(), true],
    ['without constraints matches paths', '', health('/healthz'), true],
    ['matches one of its users', 'users: [dana]', request(), true],
    ['knows no wildcard in users', 'users: ["*", "da*"]', request(), false],
    [
      'for users does not match a failed authentication',
      'users: [dana]',
      request({ user: undefined }),
      false,
    ],
    ['matches when any group is named', 'userGroups: [ops, dev]', request(), true],
    ['does not match other groups', 'userGroups: [ops]', request(), false],
    ['matches one of its verbs', 'verbs: [list, get]', request(), true],
    ['takes a * in verbs literally', 'verbs: ["*"]', request(), false],
    ['matches a namespace', 'namespaces: [vault]', request(), true],
    ['with namespaces matches no path', 'namespaces: [""]', health('/healthz'), false],
    [
      'with the empty namespace matches what has none',
      'namespaces: [""]',
      request({ object: objectOf({ namespace: '' }) }),
      true,
    ],
    ['matches a whole group', 'resources: [{group: ""}]', request(), true],
    ['does not match another group', 'resources: [{group: apps}]', request(), false],
    [
      'for a resource does not match its subresources',
      'resources: [{group: "", resources: [pods]}]',
      request({ object: objectOf({ subresource: 'exec' }) }),
      false,
    ],
    [
      'for a subresource matches it',
      'resources: [{group: "", resources: [pods/exec]}]',
      request({ object: objectOf({ subresource: 'exec' }) }),
      true,
    ],
    [
      'for a subresource does not match the resource',
      'resources: [{group: "", resources: [pods/exec]}]',
      request(),
      false,
    ],
    [
      'for resource/* matches subresources',
      'resources: [{group: "", resources: ["pods/*"]}]',
      request({ object: objectOf({ subresource: 'exec' }) }),
      true,
    ],
    [
      'for resource/* matches the resource itself',
      'resources: [{group: "", resources: ["pods/*"]}]',
      request(),
      true,
    ],
    [
      'for */scale matches any scale',
      'resources: [{group: apps, resources: ["*/scale"]}]',
      request({ object: objectOf({ group: 'apps', resource: 'deployments', subresource: 'scale' }) }),
      true,
    ],
    [
      'for */scale does not match without subresource',
      'resources: [{group: "", resources: ["*/scale"]}]',
      request(),
      false,
    ],
    [
      'for * matches resources and subresources',
      'resources: [{group: "", resources: ["*"]}]',
      request({ object: objectOf({ subresource: 'exec' }) }),
      true,
    ],
    [
      'matches a resource name',
      'resources: [{group: "", resources: [pods], resourceNames: [vault-0]}]',
      request(),
      true,
    ],
    [
      'for a name does not match a request without one',
      'resources: [{group: "", resources: [pods], resourceNames: [vault-0]}]',
      request({ verb: 'create', object: objectOf({ name: '' }) }),
      false,
    ],
    ['matches a path', 'nonResourceURLs: [/healthz]', health('/healthz'), true],
    ['matches a path with a trailing *', 'nonResourceURLs: ["/healthz*"]', health('/healthz/ping'), true],
    ['for * matches any path', 'nonResourceURLs: ["*"]', health('/metrics'), true],
    ['for paths does not match objects', 'nonResourceURLs: ["*"]', request(), false],
  ]; // prettier-ignore
  it.each(table)('%s', (_name, yaml, asked, matches) => {
    const policy = policyOf(`  - level: Request\n${yaml === '' ? '' : `    ${yaml}\n`}`);
    expect(decide(policy, asked).level).toBe(matches ? 'Request' : 'None');
  });
});

describe('an audit policy', () => {
  it('decides by its first rule that matches, and tells its line', () => {
    const policy = policyOf('  - level: None\n    verbs: [get]\n  - level: Metadata\n');
    expect(decide(policy, request())).toMatchObject({ level: 'None', rule: { place: { line: 4 } } });
    expect(decide(policy, request({ verb: 'list' })).rule?.place.line).toBe(6);
  });

  it('records nothing of what no rule matches', () => {
    const policy = policyOf('  - level: Metadata\n    verbs: [list]\n');
    expect(decide(policy, request())).toEqual({ level: 'None', omitStages: [], rule: undefined });
  });

  it('omits the stages of the policy and of the rule', () => {
    const policy = policyOf(
      '  - level: Metadata\n    omitStages: [Panic]\n',
      'omitStages: [RequestReceived]\n',
    );
    expect(decide(policy, request()).omitStages).toEqual(['RequestReceived', 'Panic']);
  });
});

describe('reading an audit policy', () => {
  const mistakesOf = (text: string): readonly string[] => {
    try {
      readAuditPolicy('p.yaml', text);
    } catch (error) {
      if (error instanceof ConfigError) return error.mistakes.map(formatMistake);
      throw error;
    }
    return [];
  };

  it('reads the older version', () => {
    expect(mistakesOf('apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: [{level: None}]\n')).toEqual(
      [],
    );
  });

  it('tells every mistake with its place and what would be valid', () => {
    const text = [
      'apiVersion: audit.k8s.io/v2',
      'kind: Policy',
      'rules:',
      '  - level: metadata',
      '  - level: None',
      '    verb: [get]',
      '    omitStages: [Response]',
      '    resources:',
      '      - group: apps/v1',
      '        resourceNames: [x]',
      '  - level: None',
      '    nonResourceURLs: [healthz, "/a*b"]',
      '    namespaces: [x]',
      '  - users: dana',
    ].join('\n');
    expect(mistakesOf(text)).toEqual([
      'p.yaml:1:13: `apiVersion` must be audit.k8s.io/v1, audit.k8s.io/v1beta1',
      'p.yaml:4:12: `rules[0].level` must be None, Metadata, Request, RequestResponse',
      expect.stringMatching(/^p.yaml:6:5: unknown key `verb` in `rules\[1\]`: did you mean `verbs`\?/),
      expect.stringMatching(/^p.yaml:9:16: `rules\[1\].resources\[0\].group` must be/),
      expect.stringMatching(/^p.yaml:10:9: `rules\[1\].resources\[0\].resourceNames` needs `resources`/),
      expect.stringMatching(/^p.yaml:7:18: unknown stage `Response`/),
      'p.yaml:12:23: the path "healthz" must begin with / (or be *)',
      'p.yaml:12:32: in "/a*b" the * may only be the last character',
      expect.stringMatching(/^p.yaml:12:5: a rule cannot apply to `nonResourceURLs` and/),
      'p.yaml:14:5: `rules[3].level` is missing: it must be None, Metadata, Request, RequestResponse',
      'p.yaml:14:12: `rules[3].users` must be a list',
    ]);
  });

  it('refuses a policy without rules, as the API server does', () => {
    expect(mistakesOf('apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n')).toEqual([
      'p.yaml:3:1: `rules` must hold at least one rule',
    ]);
  });

  it('refuses what is no YAML', () => {
    expect(mistakesOf('rules: [')).toEqual([expect.stringMatching(/^p.yaml:1:\d+: this is no YAML/)]);
  });
});
