import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, isAtLeast } from '../../src/coverage/audit-policy.ts';
import { generatePolicy } from '../../src/coverage/generate-policy.ts';
import { kubeRows } from '../../src/coverage/kube-rows.ts';
import { isNoise } from '../../src/coverage/noise.ts';
import { readAuditPolicy } from '../../src/coverage/read-policy.ts';
import { shapesOf } from '../../src/coverage/shapes.ts';
import { writePolicy } from '../../src/coverage/write-policy.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const rules = shippedRules('kubernetes');

const policyFor = (some: readonly Rule[]) =>
  readAuditPolicy('generated.yaml', writePolicy(generatePolicy(some), ['note']));

describe('the generated audit policy', () => {
  it('makes every rule green', () => {
    const rows = kubeRows(rules, policyFor(rules));
    expect(rows.map(({ rule }) => rule)).toEqual(expect.arrayContaining(rules.map(({ code }) => code)));
    expect(rows.filter(({ state }) => state !== 'can_fire')).toEqual([]);
    expect(rows.filter(({ why }) => why.startsWith('but not'))).toEqual([]);
  });

  it('records every firing shape of any set of enabled rules at the level it needs', () => {
    fc.assert(
      fc.property(fc.subarray([...rules], { minLength: 1 }), (enabled) => {
        const policy = policyFor(enabled);
        for (const { open, shapes } of enabled.flatMap((rule) => shapesOf(rule, policy)))
          for (const { branch, probe, level } of shapes) {
            if (open && isNoise(probe.request)) continue;
            const decision = decide(policy, probe.request);
            const enough =
              isAtLeast(decision.level, level) && !decision.omitStages.includes('ResponseComplete');
            if (!enough) throw new Error(`${branch.name}: ${JSON.stringify(probe)} at ${decision.level}`);
          }
      }),
      { numRuns: 8 },
    );
  });

  it('records nothing else: without the rules about callers, ordinary requests leave no line', () => {
    const policy = policyFor(rules.filter(({ code }) => !['K2', 'K9'].includes(code)));
    const asked = (verb: string, resource: string, namespace = 'apps') =>
      decide(policy, {
        user: 'dana',
        groups: ['system:authenticated'],
        verb,
        object: { group: '', resource, subresource: '', namespace, name: 'x' },
        path: '/',
      }).level;
    expect(asked('get', 'pods')).toBe('None');
    expect(asked('list', 'secrets')).toBe('None');
    expect(asked('create', 'configmaps')).toBe('None');
    expect(asked('get', 'secrets', 'vault')).toBe('Metadata');
    expect(asked('delete', 'configmaps')).toBe('Metadata');
  });

  it('asks for service accounts alone when no rule wants more callers', () => {
    const wanted = generatePolicy(rules.filter(({ code }) => code === 'K2'));
    expect(wanted.at(-1)).toMatchObject({ level: 'Metadata', userGroups: ['system:serviceaccounts'] });
  });

  it('keeps the first stage where the last can be lost, and nowhere else', () => {
    for (const { level, omitStages } of generatePolicy(rules))
      if (level !== 'None') expect(omitStages).toEqual(level === 'Metadata' ? ['RequestReceived'] : []);
  });

  it('says for each rule why it is there', () => {
    const text = writePolicy(generatePolicy(rules), []);
    for (const { code } of rules) expect(text).toMatch(new RegExp(`# .*\\b${code} `));
    expect(text).toMatchSnapshot();
  });
});
