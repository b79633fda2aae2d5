import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recording } from '../support/recordings.ts';
import { runCommand } from '../support/run-command.ts';

const scratch = mkdtempSync(join(tmpdir(), 'detector-guide-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the rule of docs/writing-a-rule.md', () => {
  it('loads and fires on a shell in a vault pod, and not on an exempt one', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/writing-a-rule.md'), 'utf8');
    const [, block = ''] = /## 2\. The rule\n((?: {4}.*\n)+)/.exec(page) ?? [];
    const rule = join(scratch, 'x1.yaml');
    writeFileSync(rule, block.replace(/^ {4}/gm, ''));
    const { code, out, err } = await runCommand([
      ...['replay', '-q', '-o', 'ndjson', '-r', rule, recording('k4/shells/input.jsonl')],
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).source.line);
    expect(lines).toEqual([3, 5, 24, 26, 33, 36]);
  });
});
