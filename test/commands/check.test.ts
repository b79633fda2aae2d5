import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detector } from '../support/detector.ts';
import { runCommand } from '../support/run-command.ts';

const filesIn = (folder: string): readonly { readonly name: string; readonly file: string }[] =>
  readdirSync(join(import.meta.dirname, '..', folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((name) => ({ name, file: join(import.meta.dirname, '..', folder, name) }));

const BAD_RULES = filesIn('rules/bad');
const BAD_CONFIGS = filesIn('config/bad');

/** `file:line:column: what is wrong`, and no line without its place but those of a text over several lines. */
const placesOf = (out: string, file: string): readonly string[] =>
  out
    .split('\n')
    .filter((line) => line.startsWith(`${file}:`) && /^:\d+:\d+: \S/.test(line.slice(file.length)));

describe('detector check', { timeout: 120_000 }, () => {
  test('has at least forty mistakes to look for', () => {
    expect(BAD_RULES.length + BAD_CONFIGS.length).toBeGreaterThanOrEqual(40);
  });

  test('finds nothing in what is shipped', async () => {
    const { code, out, err } = await runCommand(['check']);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toMatch(/^ok: \d+ rules, 7 zones, /);
  });

  test.each(BAD_RULES)('$name: exits with 2 and says where and what', async ({ file }) => {
    const { code, out } = await runCommand(['check', '--rules', file]);
    expect(code).toBe(2);
    expect(placesOf(out, file)).not.toEqual([]);
  });

  test.each(BAD_CONFIGS)('$name: exits with 3 and says where and what', async ({ file }) => {
    const { code, out } = await runCommand(['check', '--config', file]);
    expect(code).toBe(3);
    expect(placesOf(out, file)).not.toEqual([]);
  });

  test('tells the mistakes of all rule files at once, in different words', async () => {
    const { code, stdout, stderr } = await detector(['check', '--rules', 'test/rules/bad']);
    expect(code).toBe(2);
    const told = stdout.split('\n').filter((line) => /^test\/rules\/bad\/[\w-]+\.yaml:\d+:\d+: /.test(line));
    const files = new Set(told.map((line) => line.split(':')[0]));
    expect(files.size).toBe(BAD_RULES.length);
    expect(new Set(told.map((line) => line.replace(/^\S+ /, ''))).size).toBeGreaterThan(100);
    expect(stderr).toMatch(/^\d+ mistakes in the rules\n$/);
  });
});
