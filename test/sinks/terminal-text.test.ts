import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitTerminal, splitAtWidth, toTerminal, widthOf } from '../../src/sinks/terminal-text.ts';
import { anyText } from '../support/told.ts';

/** Written apart from the code: controls, separators, bidi and zero-width characters by number. */
const isDangerous = (code: number): boolean =>
  code < 0x20 ||
  (code >= 0x7f && code <= 0x9f) ||
  code === 0xad ||
  code === 0x61c ||
  code === 0x180e ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x206f) ||
  (code >= 0xd800 && code <= 0xdfff) ||
  code === 0xfeff ||
  (code >= 0xe0000 && code <= 0xe0fff);

const dangerousIn = (text: string): string[] =>
  Array.from(text).filter((character) => isDangerous(character.codePointAt(0) ?? 0));

describe('toTerminal', () => {
  const cases = [
    {
      name: 'an ordinary text as it is',
      text: 'GET /api/v1 – Łódź 日本 🙂',
      shown: 'GET /api/v1 – Łódź 日本 🙂',
    },
    { name: 'a colour sequence', text: '\u001b[31mred', shown: '\\x1b[31mred' },
    { name: 'an 8-bit control sequence introducer', text: '\u009b2J', shown: '\\x9b2J' },
    { name: 'line feed, carriage return and tab', text: 'a\nb\rc\td', shown: 'a\\nb\\rc\\td' },
    { name: 'DEL and NUL', text: '\u007f\u0000', shown: '\\x7f\\x00' },
    { name: 'a right-to-left override', text: '\u202egnp.exe', shown: '\\u202egnp.exe' },
    { name: 'isolates and marks', text: '\u2066\u2069\u200f\u061c', shown: '\\u2066\\u2069\\u200f\\u061c' },
    { name: 'zero-width characters', text: 'a\u200bb\u2060c\ufeff', shown: 'a\\u200bb\\u2060c\\ufeff' },
    { name: 'line and paragraph separators', text: '\u2028\u2029', shown: '\\u2028\\u2029' },
    { name: 'halves of surrogate pairs', text: '\ud83d|\ude42', shown: '\\ud83d|\\ude42' },
    { name: 'invisible tag characters', text: '\u{e0041}', shown: '\\u{e0041}' },
    {
      name: 'a tower of accents cut to four',
      text: `e${'\u0301'.repeat(99)}`,
      shown: `e${'\u0301'.repeat(4)}`,
    },
  ];
  test.each(cases)('shows $name', ({ text, shown }) => {
    expect(toTerminal(text)).toBe(shown);
  });

  test('never lets a control, bidi or zero-width character through, whatever the text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, columns) => {
        expect(dangerousIn(toTerminal(text))).toEqual([]);
        expect(dangerousIn(fitTerminal(text, columns))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('escapes every single code unit that is dangerous by itself', () => {
    for (let code = 0; code <= 0xffff; code++) {
      const shown = toTerminal(String.fromCharCode(code));
      expect(dangerousIn(shown), `U+${code.toString(16)}`).toEqual([]);
    }
  });
});

describe('fitTerminal', () => {
  const cases = [
    { name: 'a text that fits is whole', text: 'abcde', columns: 5, shown: 'abcde' },
    { name: 'a longer one ends in an ellipsis', text: 'abcdef', columns: 5, shown: 'abcd…' },
    { name: 'wide characters count twice', text: '日本語', columns: 5, shown: '日本…' },
    { name: 'a wide character is not cut in half', text: '日本語', columns: 4, shown: '日…' },
    { name: 'an emoji is not cut in half', text: '🙂🙂🙂', columns: 4, shown: '🙂…' },
    { name: 'an escape counts as shown', text: '\u001bxyz', columns: 6, shown: '\\x1bx…' },
  ];
  test.each(cases)('$name', ({ text, columns, shown }) => {
    expect(fitTerminal(text, columns)).toBe(shown);
  });

  test('never takes more columns than there are', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        expect(widthOf(fitTerminal(text, columns))).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 1000 },
    );
  });

  test('says that a text was cut even if what is left of it would fit', () => {
    expect(fitTerminal(`a${'\u0301'.repeat(10_000)}bcd`, 5)).toMatch(/…$/);
  });

  test('takes a megabyte', () => {
    expect(fitTerminal('x'.repeat(1_000_000), 10)).toBe('xxxxxxxxx…');
    expect(toTerminal('\u001b'.repeat(1_000_000))).toHaveLength(4_000_000);
  });
});

describe('splitAtWidth', () => {
  test('gives back the whole text in two parts', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const safe = toTerminal(text);
        const [head, tail] = splitAtWidth(safe, columns);
        expect(head + tail).toBe(safe);
      }),
    );
  });
});
