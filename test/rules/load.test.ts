import { describe, expect, it } from 'vitest';
import { formatMistake } from '../../src/errors.ts';
import { checkRules, loadRules } from '../../src/rules/load.ts';
import { ruleContext } from '../support/rule-context.ts';

const uuid = (last: number) => `6b1f8c1e-6a59-4a2c-9f0e-0c6a55a0f0${String(last).padStart(2, '0')}`;

const head = (code: string, last = 1) => `title: Mass delete
id: ${uuid(last)}
name: ${code}
status: stable
description: Somebody deletes a lot.
logsource: {product: kubernetes, service: audit}
level: medium
tags: [attack.t1485]
falsepositives: [A controller]
references: [docs/runbook.md]
fields: [user.username, objectRef.name]
detector:
  requires: [verb, responseStatus.code]
  key: [user.username]
  quiet_period: 2h
  summary: '{user.username} deleted {objectRef.name}.'
`;

const detection = `detection:
  selection:
    verb: delete
  condition: selection
`;

const count = `---
title: More than five deletes
id: ${uuid(2)}
name: K5.many
level: critical
detector:
  summary: 'Many by {user.username}'
  verified: false
correlation:
  type: value_count
  rules: [K5]
  group-by: [user.username]
  timespan: 5m
  condition: {gte: 6, field: objectRef.name}
`;

const messages = (texts: readonly string[], warnings = false) => {
  const found = checkRules(
    texts.map((text, index) => ({ path: `${index}.yaml`, text })),
    ruleContext(),
  );
  return (warnings ? found.warnings : found.mistakes).map(formatMistake);
};

describe('a rule file', () => {
  it('becomes one rule with a branch for each document; later documents inherit', () => {
    const [rule, ...others] = loadRules(
      [{ path: 'k5.yaml', text: head('K5') + detection + count }],
      ruleContext(),
    );
    expect(others).toEqual([]);
    expect(rule).toMatchObject({
      code: 'K5',
      id: uuid(1),
      title: 'Mass delete',
      status: 'stable',
      format: 'kube-audit',
      key: ['user.username'],
      quietPeriodMs: 7_200_000,
      file: 'k5.yaml',
      fields: ['user.username', 'objectRef.name'],
    });
    const [counted, counting] = rule?.branches ?? [];
    expect(counted).toMatchObject({
      kind: 'detection',
      name: 'K5',
      severity: 'warning',
      countedOnly: true,
      line: 1,
    });
    expect(counting).toEqual({
      kind: 'count',
      name: 'K5.many',
      title: 'More than five deletes',
      severity: 'critical',
      verified: false,
      summary: ['Many by ', { field: 'user.username' }],
      requires: ['verb', 'responseStatus.code'],
      line: 22,
      type: 'value_count',
      of: ['K5'],
      groupBy: ['user.username'],
      valueField: 'objectRef.name',
      timespanMs: 300_000,
      operator: 'gte',
      threshold: 6,
    });
  });

  it('may hold alternatives that fire by themselves', () => {
    const second = `---\ntitle: Listed\nid: ${uuid(3)}\nname: K5.list\nlogsource: {product: kubernetes, service: audit}\nlevel: informational\n${detection}`;
    const [rule] = loadRules([{ path: 'x.yaml', text: head('K5') + detection + second }], ruleContext());
    expect(
      rule?.branches.map((branch) => branch.kind === 'detection' && [branch.name, branch.countedOnly]),
    ).toEqual([
      ['K5', false],
      ['K5.list', false],
    ]);
  });

  it('can be counted by a correlation that names its id', () => {
    const text = head('K5') + detection + count.replace('rules: [K5]', `rules: ${uuid(1)}`);
    expect(loadRules([{ path: 'x.yaml', text }], ruleContext())[0]?.branches[1]).toMatchObject({
      of: ['K5'],
    });
  });

  it('keeps lines and columns with Windows line ends and a byte order mark', () => {
    const text = `\uFEFF${(head('K5') + detection).replace('verb: delete', 'verb|has: delete')}`.replaceAll(
      '\n',
      '\r\n',
    );
    expect(messages([text])).toEqual([expect.stringContaining('0.yaml:19:10: unknown modifier `has`')]);
  });
});

describe('several rule files', () => {
  it('must not share a code or an id', () => {
    expect(messages([head('K5') + detection, head('K5', 7) + detection, head('K6') + detection])).toEqual([
      '1.yaml:3:7: the code `K5` is already taken at 0.yaml:3',
      `2.yaml:2:5: this id is already taken at 0.yaml:2: make a new UUID`,
    ]);
  });

  it('load in the given order, those without mistakes', () => {
    const files = [head('K6', 1) + detection, 'title: [', head('K5', 2) + detection];
    const { rules } = checkRules(
      files.map((text, index) => ({ path: `${index}`, text })),
      ruleContext(),
    );
    expect(rules.map(({ code }) => code)).toEqual(['K6', 'K5']);
  });
});

describe('warnings', () => {
  it.each([
    {
      name: 'a zone that the configuration does not have',
      line: 'net.zones: [lan, wlan]',
      said: '0.yaml:19:22: the configuration has no zone `wlan`: did you mean `lan`? valid: lan, pods',
    },
    {
      name: 'a list compared in any case',
      line: "user.username|expand: '%secret_readers%'",
      said: '0.yaml:19:5: without `cased`, names that differ in case from those of the list pass for them: add `|cased`',
    },
    {
      name: 'a word that others read as a boolean',
      line: 'verb: yes',
      said: '0.yaml:19:11: `yes` is a string here and a boolean in other Sigma tools: put it in quotes',
    },
  ])('name $name and let the rule load', ({ line, said }) => {
    const text = (head('K5') + detection).replace('verb: delete', line);
    expect(messages([text], true)).toEqual([said]);
    expect(messages([text])).toEqual([]);
  });
});
