import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toTerminal, widthOf } from '../../src/sinks/terminal-text.ts';
import { wrapTerminal } from '../../src/sinks/wrap.ts';
import { anyText } from '../support/told.ts';

describe('wrapTerminal', () => {
  const cases = [
    { name: 'nothing is one empty line', text: '', columns: 10, lines: 3, wrapped: [''] },
    { name: 'a text that fits is one line', text: 'one two', columns: 10, lines: 3, wrapped: ['one two'] },
    { name: 'words stay whole', text: 'one two three', columns: 8, lines: 3, wrapped: ['one two', 'three'] },
    {
      name: 'a word that fits a line of its own gets one',
      text: 'a 123456789 b',
      columns: 9,
      lines: 3,
      wrapped: ['a', '123456789', 'b'],
    },
    {
      name: 'a word that fits no line is broken',
      text: 'a 1234567890 b',
      columns: 6,
      lines: 3,
      wrapped: ['a 1234', '567890', 'b'],
    },
    { name: 'what is too much is cut', text: 'one two three', columns: 7, lines: 1, wrapped: ['one tw…'] },
    { name: 'line feeds break no line', text: 'a\nb', columns: 9, lines: 3, wrapped: ['a\\nb'] },
  ];
  test.each(cases)('$name', ({ text, columns, lines, wrapped }) => {
    expect(wrapTerminal(text, columns, lines)).toEqual(wrapped);
  });

  test('keeps to the columns and lines given, and loses nothing that fits', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 2, max: 50 }),
        fc.integer({ min: 1, max: 8 }),
        (text, columns, lines) => {
          const wrapped = wrapTerminal(text, columns, lines);
          expect(wrapped.length).toBeLessThanOrEqual(lines);
          for (const line of wrapped) expect(widthOf(line)).toBeLessThanOrEqual(columns);
          if (wrapped.at(-1)?.endsWith('…')) return;
          const without = (value: string) => value.replace(/ /g, '');
          expect(without(wrapped.join(''))).toBe(without(toTerminal(text)));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
