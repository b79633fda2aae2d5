import { describe, expect, it } from 'vitest';
import { compileRegex } from '../src/regex.ts';

const test = (source: string, text: string, flags = '') => {
  const regex = compileRegex(source, flags);
  return 'reason' in regex ? regex.reason : regex.test(text);
};

describe('regular expressions', () => {
  it.each([
    '(a+)+$',
    '^(a|a)*$',
    '(a|aa)+$',
    '(.*a){12}$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(x+x+)+y',
    '(?:a?){30}a{30}b',
  ])('%s ends on a text that keeps a backtracking engine busy for years', (source) => {
    expect(test(source, `${'a'.repeat(5_000)}${'x'.repeat(5_000)}!`)).toBe(false);
  });

  it.each([
    { name: 'look-ahead', source: 'a(?=b)', said: /look-around is not in the profile/ },
    { name: 'negative look-behind', source: '(?<!a)b', said: /look-around is not in the profile/ },
    { name: 'a back-reference', source: '(a)\\1', said: /back-references are not in the profile/ },
    {
      name: 'a named back-reference',
      source: '(?P<x>a)\\k<x>',
      said: /back-references are not in the profile/,
    },
    { name: 'an atomic group', source: '(?>a)', said: /atomic groups are not in the profile/ },
    { name: 'an open group', source: '(a', said: /missing closing \)/ },
    { name: 'an open class', source: '[a', said: /missing closing \]/ },
    { name: 'a bare star', source: '*a', said: /missing argument to repetition operator/ },
  ])('$name is refused with the reason', ({ source, said }) => {
    expect(test(source, '')).toMatch(said);
  });

  it('searches anywhere, as Unicode text', () => {
    expect([test('b.d', 'abcde'), test('^b', 'ab'), test('a.c', 'a😀c'), test('É', 'é', 'i')]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});
