import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXAMPLE_CONFIG } from '../../src/commands/load.ts';
import { recording } from '../support/recordings.ts';
import { runCommand } from '../support/run-command.ts';

const scratch = mkdtempSync(join(tmpdir(), 'detector-until-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const example = readFileSync(EXAMPLE_CONFIG, 'utf8');

/** Lines of the shells that fire when dana is exempt until then. */
const firing = async (until: string, list = 'interactive_access', value = 'dana@example.org') => {
  const config = join(scratch, 'detector.yaml');
  const entry = `{value: '${value}', until: ${until}}`;
  writeFileSync(config, example.replace(`\n  ${list}:\n`, `\n  ${list}:\n    - ${entry}\n`));
  const args = ['replay', '-q', '-o', 'ndjson', '-c', config, recording('k4/shells/input.jsonl')];
  const runs = await Promise.all(
    ['fast', 'plain'].map((engine) => runCommand([...args, '--engine', engine])),
  );
  const [fast, plain] = runs.map(({ out }) =>
    out
      .split('\n')
      .filter(Boolean)
      .map((line): { rule: string; actor: string; time: string } => JSON.parse(line)),
  );
  expect(fast).toEqual(plain);
  return (fast ?? []).filter(({ rule, actor }) => rule === 'K4' && actor === value).map(({ time }) => time);
};

describe('an entry of a list with an until', () => {
  it('exempts for events before that moment, and for none from then on', async () => {
    const all = await firing('2020-01-01T00:00:00Z');
    expect(all.length).toBeGreaterThan(4);
    const [, second = ''] = all;
    expect(await firing(second)).toEqual(all.slice(1));
    expect(await firing('2030-01-01T00:00:00Z')).toEqual([]);
  });
});
