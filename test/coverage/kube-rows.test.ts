import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kubeRows } from '../../src/coverage/kube-rows.ts';
import { readAuditPolicy } from '../../src/coverage/read-policy.ts';
import type { Row } from '../../src/coverage/row.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const rules = shippedRules('kubernetes');

const rowsUnder = (text: string): readonly Row[] => kubeRows(rules, readAuditPolicy('policy.yaml', text));

const rowsOfFile = (name: string): readonly Row[] =>
  rowsUnder(readFileSync(join(import.meta.dirname, 'policies', `${name}.yaml`), 'utf8'));

const policy = (...lines: readonly string[]): string =>
  ['apiVersion: audit.k8s.io/v1', 'kind: Policy', 'rules:', ...lines].join('\n');

/** `K3 blind:7 get, list, watch secrets` */
const shown = (rows: readonly Row[], ...codes: readonly string[]): readonly string[] =>
  rows
    .filter(({ rule }) => codes.includes(rule))
    .map(({ rule, state, where, alternative }) => `${rule} ${state}:${where?.line ?? '-'} ${alternative}`);

describe('the policy described in the field', () => {
  const rows = rowsOfFile('field');

  it('makes K3 blind, and K4 for what comes over WebSocket, by the rule on line 7', () => {
    expect(shown(rows, 'K3', 'K4')).toEqual([
      'K3 blind:7 get, list, watch secrets',
      'K3 can_fire:9 update, patch, deletecollection secrets',
      'K4 blind:7 get pods/attach, pods/exec, pods/portforward (WebSocket); get nodes/proxy, pods/ephemeralcontainers',
      'K4 can_fire:9 create pods/attach, pods/exec, pods/portforward (SPDY); update, patch pods/ephemeralcontainers; create, update, patch, delete nodes/proxy',
    ]);
  });

  it('leaves K7 and K8 unverified only, by the rule on line 9', () => {
    expect(shown(rows, 'K7', 'K8')).toEqual([
      'K7 unverified:9 create, update, patch clusterroles',
      'K8 unverified:9 create, update, patch clusterrolebindings, rolebindings',
    ]);
  });

  it('lets the others fire, and says what K2 and K9 do not get to see', () => {
    expect(shown(rows, 'K2', 'K5', 'K6', 'K9')).toEqual([
      'K2 can_fire:7 any request',
      'K5 can_fire:9 deletecollection configmaps, pods, secrets; delete namespaces',
      'K5 can_fire:9 delete configmaps, pods, secrets',
      'K6 can_fire:9 create, update, patch, delete configmaps kubeadm-config',
      'K6 can_fire:9 create pods kube-apiserver-some',
      'K9 can_fire:7 any request',
    ]);
    expect(rows.find(({ rule }) => rule === 'K2')?.why).toMatch(/^but not on get, list, watch:/);
  });

  it('says what to change for each hole', () => {
    for (const { state, fix } of rows) if (state !== 'can_fire') expect(fix).toMatch(/before line [79];/);
  });
});

describe('coverage by audit policy', () => {
  it.each(['p2', 'p3'])('is complete under %s, which the recordings were made with', (name) => {
    expect(rowsOfFile(name).filter(({ state }) => state !== 'can_fire')).toEqual([]);
  });

  it('is blind where no rule matches, and names the last one', () => {
    const rows = rowsUnder(policy('  - level: Metadata', '    verbs: [create]'));
    expect(shown(rows, 'K3')).toEqual([
      'K3 blind:4 get, list, watch, update, patch, deletecollection secrets',
    ]);
  });

  it('tells a drop for one user apart from one for all', () => {
    const rows = rowsUnder(
      policy('  - level: None', '    users: [dana]', '    verbs: [list]', '  - level: RequestResponse'),
    );
    expect(shown(rows, 'K3')).toContain('K3 blind:4 list secrets by dana');
  });

  it('does not mind a drop for a user whom the rule exempts', () => {
    const rows = rowsUnder(
      policy(
        '  - level: None',
        '    users: ["system:kube-controller-manager"]',
        '  - level: RequestResponse',
      ),
    );
    expect(shown(rows, 'K3').filter((row) => !row.includes('can_fire'))).toEqual([]);
  });

  it('knows that a policy does not see the name of what is created', () => {
    const rows = rowsUnder(
      policy(
        '  - level: Metadata',
        '    resources: [{group: "", resources: [configmaps], resourceNames: [kubeadm-config]}]',
      ),
    );
    expect(shown(rows, 'K6')).toEqual([
      'K6 blind:4 create configmaps kubeadm-config',
      'K6 can_fire:4 update, patch, delete configmaps kubeadm-config',
      'K6 blind:4 create pods kube-apiserver-some',
    ]);
  });

  it('takes a drop in one of the namespaces of a list for a hole', () => {
    const rows = rowsUnder(
      policy('  - level: None', '    namespaces: [dbaas]', '  - level: RequestResponse'),
    );
    expect(shown(rows, 'K4').filter((row) => row.includes('blind'))).toEqual([
      expect.stringMatching(/^K4 blind:4 .*pods\/exec.* in dbaas$/),
    ]);
  });

  it('wants the answer of a patch, and only the body of other writes', () => {
    const rows = rowsUnder(policy('  - level: Request'));
    expect(shown(rows, 'K7')).toEqual([
      'K7 can_fire:4 create, update clusterroles',
      'K7 unverified:4 patch clusterroles',
    ]);
  });

  it('is blind when the stages with an answer are omitted', () => {
    const rows = rowsUnder(policy('  - level: Metadata', '    omitStages: [ResponseComplete]'));
    expect(shown(rows, 'K3')).toEqual([
      'K3 blind:4 get, list, update, patch, deletecollection secrets',
      'K3 can_fire:4 watch secrets',
    ]);
  });

  it('says that a session shows late without ResponseStarted', () => {
    const rows = rowsUnder(policy('  - level: Metadata', '    omitStages: [ResponseStarted]'));
    expect(rows.find(({ rule }) => rule === 'K4')?.why).toMatch(/only when the session ends/);
  });

  it('is blind for an administrator whose requests are all dropped', () => {
    const rows = rowsUnder(
      policy('  - level: None', '    users: [admin@example.org]', '  - level: RequestResponse'),
    );
    expect(shown(rows, 'K9')).toEqual([
      'K9 can_fire:- any request',
      'K9 blind:4 any request by admin@example.org',
    ]);
  });
});
