import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestNames, suggest } from '../src/nearest.ts';

describe('names that were probably meant', () => {
  it.each([
    { name: 'a letter left out', given: 'contain', expected: ['contains'] },
    { name: 'two letters swapped', given: 'contians', expected: ['contains'] },
    { name: 'another case', given: 'CONTAINS', expected: ['contains'] },
    { name: 'nothing like it', given: 'zebra', expected: [] },
    { name: 'a name without end', given: 'contains'.repeat(1000), expected: [] },
  ])('$name', ({ given, expected }) => {
    expect(nearestNames(given, ['contains', 'startswith', 'endswith', 'cidr'])).toEqual(expected);
  });

  it('hold the name itself first, when it is there', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (names) => {
        for (const name of names) expect(nearestNames(name, names)[0]).toBe(name);
      }),
    );
  });

  it.each([
    { name: 'few names are all told', names: ['b', 'a'], said: 'valid: a, b' },
    { name: 'no names are told', names: [], said: 'there are none' },
  ])('$name', ({ names, said }) => {
    expect(suggest('zebra', names)).toBe(said);
  });

  it('of many, the near ones are told, else the first', () => {
    const many = Array.from({ length: 30 }, (_, index) => `field${String(index).padStart(2, '0')}`);
    expect(suggest('feild07', many)).toMatch(/^did you mean `field07`/);
    expect(suggest('zebra', many)).toMatch(/^valid: field00, .*, … \(30 in all\)$/);
  });
});
