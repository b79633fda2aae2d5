import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMet } from '../src/expect.ts';
import { parseExpectation } from '../src/expectation.ts';
import { createPalette } from '../src/sinks/colour.ts';
import { formatDifference } from '../src/sinks/difference.ts';
import { caseFolders, differenceFrom, replayFiles } from './support/replay-case.ts';

/** Cases of the rules about the detector's own input. What comes from no log (D8, D9) is in `watch/`. */
const cases = caseFolders(join(import.meta.dirname, 'replays-pipeline'));
const PLAIN = { columns: 160, palette: createPalette(false) };

describe('the cases of family D', () => {
  test.each(cases)('$name: exactly what it expects', async ({ input, expect: path, config }) => {
    const { findings } = await replayFiles({ files: [input], config, pipeline: true });
    const own = findings.filter(({ rule }) => rule.startsWith('D'));
    const difference = differenceFrom(path, { findings: own });
    expect(isMet(difference), formatDifference(difference, PLAIN)).toBe(true);
  });

  test('give each rule a firing case, a near miss and an injection', () => {
    const claims = cases.map((each) =>
      parseExpectation(each.expect, readFileSync(each.expect, 'utf8'), undefined),
    );
    for (const rule of ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D10'])
      for (const kind of ['firing', 'nearMiss', 'injection'] as const)
        expect(
          claims.some(({ proves }) => proves[kind].includes(rule)),
          `${rule}: ${kind}`,
        ).toBe(true);
  });

  test('ordinary replays do not have them', async () => {
    const [first] = cases;
    const { findings } = await replayFiles({ files: [first?.input ?? ''] });
    expect(findings).toEqual([]);
  });
});
