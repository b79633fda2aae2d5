import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_CONFIG, load } from '../src/commands/load.ts';
import { isMet } from '../src/expect.ts';
import { parseExpectation } from '../src/expectation.ts';
import { createPalette } from '../src/sinks/colour.ts';
import { formatDifference } from '../src/sinks/difference.ts';
import { proofsOf } from './support/proof.ts';
import { type CaseFolder, caseFolders, differenceFrom, replayFiles } from './support/replay-case.ts';

/** Rules that are off unless their folder is named: `replays-packs/<rule>/<case>/{input.*, expect.yaml}`. */
const PACKS = join(import.meta.dirname, '../rules/packs');
const cases = caseFolders(join(import.meta.dirname, 'replays-packs'));
const loading = { config: [EXAMPLE_CONFIG], rules: [PACKS], env: {}, orExample: true };
const { rules } = await load(loading);
const branches = rules.flatMap((rule) => rule.branches).map(({ name }) => name);

const expectationOf = (folder: CaseFolder) =>
  parseExpectation(
    folder.expect,
    readFileSync(folder.expect, 'utf8'),
    rules.map(({ code }) => code),
  );

describe('the packs', () => {
  test.each(cases)('$name: exactly what it expects, and proves what it claims', async (folder) => {
    const replayed = await replayFiles({ files: [folder.input], config: folder.config, rules: [PACKS] });
    const difference = differenceFrom(folder.expect, replayed);
    expect(
      isMet(difference),
      formatDifference(difference, { columns: 160, palette: createPalette(false) }),
    ).toBe(true);
    const proofs = proofsOf(replayed);
    const { firing, nearMiss, injection } = expectationOf(folder).proves;
    for (const name of firing) expect(proofs.get(name)?.fired, `${name} does not fire`).toBe(true);
    for (const name of [...nearMiss, ...injection])
      expect(proofs.get(name)?.near || proofs.get(name)?.fired, `nothing in it is about ${name}`).toBe(true);
  });

  test.each(branches)('%s has a firing case, a near miss and an injection case', (name) => {
    const claims = cases.map((folder) => expectationOf(folder).proves);
    for (const kind of ['firing', 'nearMiss', 'injection'] as const)
      expect(
        claims.some((claim) => claim[kind].includes(name)),
        kind,
      ).toBe(true);
  });

  test('are off unless they are named', async () => {
    const shipped = await load({ ...loading, rules: [] });
    expect(rules.length).toBeGreaterThan(0);
    expect(shipped.rules.map(({ code }) => code)).not.toEqual(
      expect.arrayContaining(rules.map(({ code }) => code)),
    );
  });
});
