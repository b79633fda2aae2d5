import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_CONFIG, load } from '../../src/commands/load.ts';
import { filesBelow, PROJECT } from '../support/markdown.ts';

/** Alloy itself cannot be built from the module proxy, so this looks at what a wrong snippet gets wrong first. */
const files = filesBelow('deploy/alloy', /\.alloy$/);
const source = files.map((file) => readFileSync(join(PROJECT, file), 'utf8')).join('\n');

/** Code without comments; the texts of strings are emptied, so that braces in them do not count. */
const bare = (text: string): string =>
  text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*/g, (found) => (found[0] === '"' ? '""' : ''));

describe('Alloy snippets', () => {
  test.each(files)('%s has balanced brackets and closed strings', (file) => {
    const text = bare(readFileSync(join(PROJECT, file), 'utf8'));
    const open: string[] = [];
    for (const letter of text.match(/[{}[\]()]/g) ?? []) {
      if ('{[('.includes(letter)) open.push(letter);
      else expect(`${open.pop()}${letter}`).toMatch(/^(\{\}|\[\]|\(\))$/);
    }
    expect(open).toEqual([]);
    expect(text.replaceAll('""', '')).not.toContain('"');
  });

  test('every component that is named exists, once', () => {
    const code = source.replace(/\/\/[^\n]*/g, '');
    const declared = [...code.matchAll(/^([a-z_]+(?:\.[a-z_]+)+) "([a-z_]+)" \{$/gm)].map(
      ([, component, name]) => `${component}.${name}`,
    );
    expect(new Set(declared).size).toBe(declared.length);
    const named = [
      ...code.matchAll(/\b((?:loki|local|discovery)(?:\.[a-z_]+)+)\.(receiver|targets|rules|output)\b/g),
    ];
    expect(named.length).toBeGreaterThan(6);
    expect(named.map(([, component]) => component).filter((each = '') => !declared.includes(each))).toEqual(
      [],
    );
  });

  test('the labels are those of the shipped configuration', async () => {
    const { config } = await load({ config: [EXAMPLE_CONFIG], rules: [], env: {}, orExample: true });
    const values = config.sources.flatMap(({ selector }) => selector?.text.match(/"([^"]+)"/g) ?? []);
    expect(values.length).toBeGreaterThan(4);
    expect(values.filter((value) => !source.includes(value.slice(1, -1)))).toEqual([]);
  });
});
