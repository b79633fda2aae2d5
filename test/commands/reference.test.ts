import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/commands/program.ts';
import { renderCliReference } from '../../src/commands/reference.ts';

const program = (): Command =>
  createProgram(
    {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: {},
      signal: new AbortController().signal,
      now: () => 0,
    },
    () => {},
  );

const leaves = (command: Command): readonly Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

describe('the command line', () => {
  it('is described by docs/cli.md', async () => {
    await expect(renderCliReference(program())).toMatchFileSnapshot(
      join(import.meta.dirname, '../../docs/cli.md'),
    );
  });

  it('says for every command what it does', () => {
    expect(leaves(program()).filter((command) => command.description() === '')).toEqual([]);
  });
});
