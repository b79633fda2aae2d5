import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RuleError } from '../../src/errors.ts';
import { checkRules, loadRules } from '../../src/rules/load.ts';
import { ruleContext } from '../support/rule-context.ts';
import { BAD_FILES } from './bad-files.ts';

const folder = new URL('bad/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''))
  .sort();

const fileOf = (name: string) => ({
  path: `${name}.yaml`,
  text: readFileSync(new URL(`${name}.yaml`, folder), 'utf8'),
});

describe('bad rule files', () => {
  it('are at least forty, each with its expectation', () => {
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(Object.keys(BAD_FILES).sort()).toEqual(names);
  });

  it.each(names)('%s is answered with place, cause and what is valid', (name) => {
    const { rules, mistakes } = checkRules([fileOf(name)], ruleContext());
    const said = mistakes.map(({ place, message }) => `${place.line}:${place.column}: ${message}`);
    expect(said).toEqual(BAD_FILES[name]);
    expect(rules).toEqual([]);
    for (const { place } of mistakes) expect(place.file).toBe(`${name}.yaml`);
  });

  it('are told all at once', () => {
    const files = ['empty-file', 'level-high', 'unknown-modifier'].map(fileOf);
    const load = () => loadRules(files, ruleContext());
    expect(load).toThrow(RuleError);
    expect(load).toThrow(/empty-file[\s\S]*level-high\.yaml:7:8[\s\S]*unknown-modifier\.yaml:18:24/);
  });
});
