import { describe, expect, it } from 'vitest';
import { formatMistake } from '../../src/errors.ts';
import { checkRules } from '../../src/rules/load.ts';
import { ruleContext } from '../support/rule-context.ts';

const load = (...texts: readonly string[]) =>
  checkRules(
    texts.map((text, index) => ({ path: `${index}.yaml`, text })),
    ruleContext(),
    'sigma',
  );

const detection = 'detection:\n  selection: {a: 1}\n  condition: selection\n';

describe('community rules', () => {
  it('load without the metadata that our own rules need', () => {
    const text = `title: Suspicious Use of Something (v2)\nlogsource: {category: process_creation, product: windows}\nlevel: high\nauthor: somebody\ncustom_key: kept by others\n${detection}`;
    const { rules, mistakes, warnings } = load(text);
    expect([...mistakes, ...warnings]).toEqual([]);
    expect(rules[0]).toMatchObject({
      code: 'suspicious-use-of-something-v2',
      format: undefined,
      logsource: { category: 'process_creation', product: 'windows' },
    });
    expect(rules[0]?.branches[0]).toMatchObject({
      severity: 'critical',
      summary: ['Suspicious Use of Something (v2)'],
      requires: [],
    });
  });

  it.each([
    { level: 'critical', severity: 'critical' },
    { level: 'high', severity: 'critical' },
    { level: 'medium', severity: 'warning' },
    { level: 'low', severity: 'info' },
    { level: 'informational', severity: 'info' },
  ])('of level $level are $severity', ({ level, severity }) => {
    expect(load(`title: x\nlevel: ${level}\n${detection}`).rules[0]?.branches[0]?.severity).toBe(severity);
  });

  it('with one title are numbered', () => {
    const text = `title: Same\n${detection}`;
    expect(
      load(text, `${text}---\n${text.replace('Same', 'same!')}`, text).rules.map(({ code }) => code),
    ).toEqual(['same', 'same-2', 'same-3', 'same-4']);
  });

  it('in one file are rules of their own, and one with a mistake does not stop the others', () => {
    const bad = 'title: Bad\ndetection:\n  selection: {a|utf16|contains: 1}\n  condition: selection\n';
    const { rules, mistakes } = load(`title: First\n${detection}---\n${bad}---\ntitle: Third\n${detection}`);
    expect(rules.map(({ code }) => code)).toEqual(['first', 'third']);
    expect(mistakes.map(formatMistake)).toEqual([
      '0.yaml:8:17: the Sigma modifier `utf16` is not in the profile: write the decoded text',
    ]);
  });

  it('keep a correlation together with what it counts', () => {
    const text = `title: Failed login\nname: failed\n${detection}---\ntitle: Other\n${detection}---\ntitle: Many failed\ncorrelation:\n  type: event_count\n  rules: [failed]\n  group-by: [user]\n  timespan: 1h\n  condition: {gte: 10}\n`;
    const { rules, mistakes } = load(text);
    expect(mistakes).toEqual([]);
    expect(
      rules.map(({ code, branches }) => [code, branches.map(({ name, kind }) => `${name} ${kind}`)]),
    ).toEqual([
      ['other', ['other detection']],
      ['many-failed', ['many-failed count', 'failed detection']],
    ]);
  });

  it('may have several conditions, of which any holds', () => {
    const { rules } = load('title: x\ndetection:\n  a: {a: 1}\n  b: {b: 1}\n  condition: [a, b]\n');
    const branch = rules[0]?.branches[0];
    expect(branch?.kind === 'detection' && branch.condition.kind).toBe('or');
  });

  it('may leave an identifier unused, with a warning', () => {
    const { rules, warnings } = load('title: x\ndetection:\n  a: {a: 1}\n  b: {b: 1}\n  condition: a\n');
    expect(rules).toHaveLength(1);
    expect(warnings.map(({ message }) => message)).toEqual(['the condition does not use the identifier `b`']);
  });

  it.each([
    {
      name: 'an unknown modifier',
      selection: 'a|contians: x',
      said: /unknown modifier `contians`: did you mean `contains`/,
    },
    { name: 'an unknown list', selection: "a|expand: '%x%'", said: /no list `x`/ },
    { name: 'a regular expression with look-ahead', selection: "a|re: '(?=x)'", said: /look-around/ },
  ])('with $name do not load', ({ selection, said }) => {
    const { rules, mistakes } = load(`title: x\ndetection:\n  s:\n    ${selection}\n  condition: s\n`);
    expect(rules).toEqual([]);
    expect(mistakes[0]?.message).toMatch(said);
  });
});
