import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_CONFIG, load } from '../src/commands/load.ts';
import { readRuleFiles } from '../src/commands/rule-files.ts';
import { isMet } from '../src/expect.ts';
import { type Expectation, parseExpectation } from '../src/expectation.ts';
import { checkRules } from '../src/rules/load.ts';
import type { Rule } from '../src/rules/rule.ts';
import { createPalette } from '../src/sinks/colour.ts';
import { formatDifference } from '../src/sinks/difference.ts';
import { alternativesOf } from './support/condition-coverage.ts';
import { type Proof, proofsOf } from './support/proof.ts';
import {
  type CaseFolder,
  caseFolders,
  differenceFrom,
  type Replayed,
  replayFiles,
} from './support/replay-case.ts';

/** `replays/<rule>/<case>/{input.*, expect.yaml, config.yaml?}`; CONTRIBUTING.md says how to write one. */
const cases = caseFolders(join(import.meta.dirname, 'replays'));

const { rules, config, decoders } = await load({
  config: [EXAMPLE_CONFIG],
  rules: [],
  env: {},
  orExample: true,
});
const branches = rules.flatMap((rule) => rule.branches);

/** The same rules without the values that come from configured lists. */
const withEmptyLists = async (): Promise<readonly Rule[]> =>
  checkRules(await readRuleFiles(rules.map(({ file }) => file)), {
    lists: new Map([...config.lists.keys()].map((name) => [name, []])),
    zones: config.zones.names,
    derivedFields: (format) => Object.keys(decoders.get(format)?.fields ?? {}),
  }).rules;

const PLAIN = { columns: 160, palette: createPalette(false) };

interface Outcome {
  readonly folder: CaseFolder;
  readonly expectation: Expectation;
  readonly replayed: Replayed;
  readonly proofs: ReadonlyMap<string, Proof>;
}

const outcomes = new Map<string, Promise<Outcome>>();

const outcomeOf = (folder: CaseFolder): Promise<Outcome> => {
  const known = outcomes.get(folder.name) ?? replay(folder);
  outcomes.set(folder.name, known);
  return known;
};

const replay = async (folder: CaseFolder): Promise<Outcome> => {
  const expectation = parseExpectation(
    folder.expect,
    readFileSync(folder.expect, 'utf8'),
    rules.map(({ code }) => code),
  );
  const replayed = await replayFiles({ files: [folder.input], config: folder.config });
  return { folder, expectation, replayed, proofs: proofsOf(replayed) };
};

describe('the cases', () => {
  test('are there', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  test.each(cases)('$name: exactly what it expects', async (folder) => {
    const { replayed, expectation } = await outcomeOf(folder);
    const difference = differenceFrom(folder.expect, replayed);
    expect(isMet(difference), formatDifference(difference, PLAIN)).toBe(true);
    expect(replayed.events.length).toBeGreaterThan(0);
    expect(expectation.unsure, 'our own cases are sure').toEqual([]);
    expect(expectation.description ?? '', 'a case says what it is').not.toBe('');
  });

  test.each(cases)('$name: proves what it claims', async (folder) => {
    const { expectation, proofs, replayed } = await outcomeOf(folder);
    const { firing, nearMiss, injection } = expectation.proves;
    const firedNames = replayed.findings.map(({ branch }) => branch);
    expect([...firing, ...nearMiss, ...injection]).not.toEqual([]);
    for (const name of [...firing, ...nearMiss, ...injection])
      expect(
        branches.map((branch) => branch.name),
        'no rule document of this name',
      ).toContain(name);
    for (const name of firing) expect(proofs.get(name)?.fired, `${name} does not fire`).toBe(true);
    for (const name of nearMiss) {
      expect(firedNames, `${name} fires`).not.toContain(name);
      expect(proofs.get(name)?.near, `no line all but meets ${name}`).toBe(true);
    }
    for (const name of injection)
      expect(proofs.get(name)?.fired || proofs.get(name)?.near, `nothing in it is about ${name}`).toBe(true);
  });
});

describe('every document of every rule', () => {
  const allOutcomes = () => Promise.all(cases.map(outcomeOf));

  test.each(branches)('$name has a firing case, a near miss and an injection case', async ({ name }) => {
    const claims = (await allOutcomes()).map(({ expectation }) => expectation.proves);
    expect(
      claims.some(({ firing }) => firing.includes(name)),
      'no firing case',
    ).toBe(true);
    expect(
      claims.some(({ nearMiss }) => nearMiss.includes(name)),
      'no near miss',
    ).toBe(true);
    expect(
      claims.some(({ injection }) => injection.includes(name)),
      'no injection case',
    ).toBe(true);
  });

  test('fires by each of its alternatives alone, and each of its exclusions alone stops a line', async () => {
    const detections = (await withEmptyLists())
      .flatMap((rule) => rule.branches)
      .filter((branch) => branch.kind === 'detection');
    const proofs = (await allOutcomes()).map((outcome) => outcome.proofs);
    const seen = (name: string, of: 'fires' | 'stops', alternative: string): boolean =>
      proofs.some((each) => each.get(name)?.[of].has(alternative) === true);
    const unproven = detections.flatMap(({ name, condition }) => {
      const { fires, stops } = alternativesOf(condition);
      return [
        ...fires.filter((each) => !seen(name, 'fires', each)).map((each) => `${name} never fired by${each}`),
        ...stops
          .filter((each) => !seen(name, 'stops', each))
          .map((each) => `${name} never stopped by${each}`),
      ];
    });
    expect(detections.length).toBeGreaterThan(0);
    expect(unproven).toEqual([]);
  });
});
