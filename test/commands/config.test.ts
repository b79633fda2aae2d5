import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { runCommand } from '../support/run-command.ts';

const scratch = mkdtempSync(join(tmpdir(), 'detector-config-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('detector config', () => {
  it.each(['init', 'show'])('%s prints a configuration that loads', async (command) => {
    const { code, out } = await runCommand(['config', command]);
    expect(code).toBe(0);
    expect(loadConfig([{ path: 'x.yaml', text: out }], {}).zones.names).toContain('lan');
  });

  it('schema prints a JSON Schema that knows the settings', async () => {
    const { out } = await runCommand(['config', 'schema']);
    expect(Object.keys(JSON.parse(out).properties)).toEqual(
      expect.arrayContaining(['zones', 'rules', 'loki']),
    );
  });
});

describe('detector completion', () => {
  it('completes commands, those below them and options in bash', async () => {
    const script = join(scratch, 'completion.bash');
    writeFileSync(script, (await runCommand(['completion', 'bash'])).out);
    const complete = (...words: readonly string[]): readonly string[] =>
      execFileSync(
        'bash',
        [
          '-c',
          `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _detector; printf '%s\\n' "\${COMPREPLY[@]}"`,
          script,
          ...words,
        ],
        { encoding: 'utf8' },
      )
        .split('\n')
        .filter(Boolean);
    expect(complete('detector', 'repl')).toEqual(['replay']);
    expect(complete('detector', 'allowlist', '')).toEqual(expect.arrayContaining(['check', 'audit']));
    expect(complete('detector', 'allowlist', 'check', '--r')).toEqual(['--rule', '--rules']);
    expect(complete('detector', 'replay', '--diff', 'rules', '--fail')).toEqual([
      '--fail-on',
      '--fail-on-new',
    ]);
  });

  it.each(['zsh', 'fish'])('writes a script for %s', async (shell) => {
    expect((await runCommand(['completion', shell])).out).toContain('allowlist');
  });

  it('refuses another shell', async () => {
    const { code, err } = await runCommand(['completion', 'csh']);
    expect(code).toBe(3);
    expect(err).toContain('bash, zsh, fish');
  });
});
