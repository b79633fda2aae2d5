import { describe, expect, test } from 'vitest';
import { createPalette, terminalColumns, wantsColour } from '../../src/sinks/colour.ts';

describe('wantsColour', () => {
  const cases = [
    { name: 'on a terminal', mode: 'auto', isTerminal: true, env: {}, colour: true },
    { name: 'not in a pipe', mode: 'auto', isTerminal: false, env: {}, colour: false },
    { name: 'not with NO_COLOR', mode: 'auto', isTerminal: true, env: { NO_COLOR: '1' }, colour: false },
    { name: 'with an empty NO_COLOR', mode: 'auto', isTerminal: true, env: { NO_COLOR: '' }, colour: true },
    {
      name: 'in a pipe with FORCE_COLOR',
      mode: 'auto',
      isTerminal: false,
      env: { FORCE_COLOR: '1' },
      colour: true,
    },
    {
      name: 'not with FORCE_COLOR=0',
      mode: 'auto',
      isTerminal: true,
      env: { FORCE_COLOR: '0' },
      colour: false,
    },
    {
      name: 'not with NO_COLOR and FORCE_COLOR',
      mode: 'auto',
      isTerminal: true,
      env: { NO_COLOR: '1', FORCE_COLOR: '1' },
      colour: false,
    },
    { name: 'not on a dumb terminal', mode: 'auto', isTerminal: true, env: { TERM: 'dumb' }, colour: false },
    {
      name: 'when the flag says so',
      mode: 'always',
      isTerminal: false,
      env: { NO_COLOR: '1' },
      colour: true,
    },
    {
      name: 'not when the flag says so',
      mode: 'never',
      isTerminal: true,
      env: { FORCE_COLOR: '1' },
      colour: false,
    },
  ] as const;
  test.each(cases)('$name', ({ mode, isTerminal, env, colour }) => {
    expect(wantsColour({ mode, isTerminal, env })).toBe(colour);
  });
});

test('a palette without colour changes nothing', () => {
  const { dim, bold, severity } = createPalette(false);
  expect([dim('a'), bold('b'), severity.critical('c'), severity.warning('d'), severity.info('e')]).toEqual(
    Array.from('abcde'),
  );
});

describe('terminalColumns', () => {
  const cases = [
    { name: 'what COLUMNS says', env: { COLUMNS: '120' }, stream: { columns: 90 }, columns: 120 },
    { name: 'what the terminal says', env: {}, stream: { columns: 90 }, columns: 90 },
    { name: '80 when nobody says', env: {}, stream: {}, columns: 80 },
    { name: '80 when the terminal says 0', env: { COLUMNS: '0' }, stream: { columns: 0 }, columns: 80 },
    { name: 'nothing that is no number', env: { COLUMNS: 'wide' }, stream: { columns: 90 }, columns: 90 },
  ];
  test.each(cases)('is $name', ({ env, stream, columns }) => {
    expect(terminalColumns(env, stream)).toBe(columns);
  });
});
