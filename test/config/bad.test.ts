import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/errors.ts';

const FOLDER = new URL('bad/', import.meta.url);
const files = readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''));
const expected = z
  .record(z.string(), z.array(z.string()).min(1))
  .parse(parse(readFileSync(new URL('bad-expected.yaml', import.meta.url), 'utf8')));

function mistakesOf(name: string): readonly string[] {
  const text = readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8');
  try {
    loadConfig([{ path: `${name}.yaml`, text }], { SLACK_TOKEN: 'from-the-environment' });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ place, message }) => `${place.line}:${place.column}: ${message}`);
  }
}

describe('a mistake is told with its place and what is valid', () => {
  test.each(files)('%s', (name) => {
    expect(expected[name], 'bad-expected.yaml has no expectation').toBeDefined();
    expect(mistakesOf(name)).toEqual(expected[name]);
  });

  test('for at least forty files, and no expectation is without its file', () => {
    expect(files.length).toBeGreaterThanOrEqual(40);
    expect(Object.keys(expected).sort()).toEqual([...files].sort());
  });

  test('without a secret in any message', () => {
    expect(files.flatMap(mistakesOf).join('\n')).not.toMatch(/xoxb|31337|hunter2/);
  });
});
