import { describe, expect, test } from 'vitest';
import { ConfigError } from '../src/errors.ts';
import { parseExpectation } from '../src/expectation.ts';

const RULES = ['K3', 'K4', 'K7', 'V5'];
const parse = (text: string, rules: readonly string[] | undefined = RULES) =>
  parseExpectation('expect.yaml', text, rules);

const mistakesOf = (text: string): string[] => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
};

describe('parseExpectation', () => {
  test('reads what recordings have', () => {
    const text = `policy: P1
description: "Bindings"
findings:
  - {rule: K7, line: 2, why: 'create (verified: false, no body)'}
  - {rule: K4, line: 9, severity: warning, verified: false, file: a.log}
unsure:
  - {rule: K3, line: 3}
proves: {firing: [K4, K7.unverified], injection: [K4]}
`;
    const open = { file: undefined, severity: undefined, verified: undefined, why: undefined };
    expect(parse(text)).toEqual({
      name: 'expect.yaml',
      description: 'Bindings',
      findings: [
        { ...open, rule: 'K7', line: 2, why: 'create (verified: false, no body)' },
        { ...open, rule: 'K4', line: 9, severity: 'warning', verified: false, file: 'a.log' },
      ],
      unsure: [{ ...open, rule: 'K3', line: 3 }],
      proves: { firing: ['K4', 'K7.unverified'], nearMiss: [], injection: ['K4'] },
    });
  });

  test.each(['findings: []\nunsure: []\n', 'findings: []\n', 'findings: []\nunsure:\n'])(
    'takes %j as: nothing must be found',
    (text) => {
      expect(parse(text)).toMatchObject({ findings: [], unsure: [] });
    },
  );

  test('leaves the codes alone when nobody knows them', () => {
    expect(parseExpectation('e', 'findings: [{rule: any, line: 1}]', undefined).findings).toHaveLength(1);
  });

  const mistaken = [
    { name: 'no findings', text: 'unsure: []', place: '1:1', says: '`findings` is missing' },
    { name: 'an empty file', text: '', place: '1:1', says: '`findings` is missing' },
    {
      name: 'findings that are no list',
      text: 'findings: {rule: K4}',
      place: '1:11',
      says: 'must be a list',
    },
    {
      name: 'an unknown key',
      text: 'finding: []\nfindings: []',
      place: '1:1',
      says: 'unknown key `finding`; did you mean `findings`?',
    },
    { name: 'an entry that is no map', text: 'findings:\n  - K4', place: '2:5', says: 'an entry is a map' },
    {
      name: 'an unknown key of an entry',
      text: 'findings: [{rule: K4, lines: 1, line: 1}]',
      place: '1:23',
      says: 'unknown key `lines`; did you mean `line`?',
    },
    { name: 'no rule', text: 'findings: [{line: 1}]', place: '1:12', says: '`rule` is missing' },
    {
      name: 'a rule that is no text',
      text: 'findings: [{rule: 4, line: 1}]',
      place: '1:19',
      says: '`rule` must be the code',
    },
    {
      name: 'a rule that does not exist',
      text: 'findings: [{rule: K44, line: 1}]',
      place: '1:19',
      says: 'there is no rule `K44`; did you mean `K4`?',
    },
    { name: 'no line', text: 'findings: [{rule: K4}]', place: '1:12', says: '`line` is missing' },
    {
      name: 'line 0',
      text: 'findings: [{rule: K4, line: 0}]',
      place: '1:29',
      says: 'whole number from 1 on',
    },
    {
      name: 'a line that is text',
      text: 'findings: [{rule: K4, line: "7"}]',
      place: '1:29',
      says: 'whole number from 1 on',
    },
    {
      name: 'an unknown severity',
      text: 'findings: [{rule: K4, line: 1, severity: high}]',
      place: '1:42',
      says: 'one of info, warning, critical',
    },
    {
      name: 'verified that is neither',
      text: 'findings: [{rule: K4, line: 1, verified: maybe}]',
      place: '1:42',
      says: 'true or false',
    },
    {
      name: 'why that is no text',
      text: 'findings: [{rule: K4, line: 1, why: 5}]',
      place: '1:37',
      says: 'must be text',
    },
    {
      name: 'a mistake under unsure',
      text: 'findings: []\nunsure: [{rule: K4}]',
      place: '2:10',
      says: '`line` is missing',
    },
    { name: 'proves that is no map', text: 'findings: []\nproves: K4', place: '2:9', says: 'must be a map' },
    {
      name: 'an unknown key of proves',
      text: 'findings: []\nproves: {near_mis: [K4]}',
      place: '2:10',
      says: 'did you mean `near_miss`?',
    },
    {
      name: 'a proof that is no list of names',
      text: 'findings: []\nproves: {firing: [4]}',
      place: '2:18',
      says: 'must be a list of rule documents',
    },
    { name: 'something that is no YAML', text: 'findings: [', place: '1:12', says: 'this is no YAML' },
    { name: 'a list in place of the map', text: '- {rule: K4, line: 1}', place: '1:1', says: 'is a map' },
  ];
  test.each(mistaken)('names place and cause of $name', ({ text, place, says }) => {
    const [first] = mistakesOf(text);
    expect(first).toContain(`expect.yaml:${place}: `);
    expect(first).toContain(says);
  });

  test('reports every mistake', () => {
    expect(mistakesOf('findings: [{rule: K4}, {line: 1}, 5]\nmore: 1\nunsure: 7')).toHaveLength(5);
  });
});
