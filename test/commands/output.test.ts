import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createOutput } from '../../src/commands/output.ts';
import { OutputClosed, OutputError } from '../../src/errors.ts';

const PRINT_LINES = new URL('../support/print-lines.mjs', import.meta.url).pathname;

/** Runs the real thing under a shell, since only there are pipes and redirections what users have. */
function shell(command: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], {
      env: { ...process.env, NODE: process.execPath, PRINT_LINES },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('output of a process', () => {
  test('writes everything to a pipe, in order', async () => {
    const { stdout, stderr } = await shell('"$NODE" "$PRINT_LINES" 5000 | cut -d" " -f1');
    expect(stdout).toBe(Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(''));
    expect(stderr).toBe('done\n');
  });

  test('ends early and quietly when the reader has gone', async () => {
    const { stdout, stderr } = await shell('"$NODE" "$PRINT_LINES" 100000000 | head -1');
    expect(stdout).toMatch(/^0 x+\n$/);
    expect(stderr).toBe('OutputClosed: the reader of standard output has gone\n');
  });

  test.skipIf(!existsSync('/dev/full'))('says in a sentence that the disk is full', async () => {
    const { stderr } = await shell('"$NODE" "$PRINT_LINES" 100000 > /dev/full');
    expect(stderr).toBe('OutputError: cannot write to standard output: no space left on the device\n');
  });

  test.skipIf(!existsSync('/dev/full'))('notices a full disk even if little was written', async () => {
    const { stderr } = await shell('"$NODE" "$PRINT_LINES" 1 > /dev/full');
    expect(stderr).toBe('OutputError: cannot write to standard output: no space left on the device\n');
  });

  test('reports a file that reached its size limit and keeps what fitted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'detector-output-'));
    const file = join(folder, 'out');
    const { stderr } = await shell(`ulimit -f 100; trap '' XFSZ; "$NODE" "$PRINT_LINES" 5000 > '${file}'`);
    expect(stderr).toBe('OutputError: cannot write to standard output: the file would become too large\n');
    expect((await readFile(file, 'utf8')).startsWith('0 x')).toBe(true);
    await rm(folder, { recursive: true });
  });

  test('appends to a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'detector-output-'));
    const file = join(folder, 'out');
    await shell(`echo before > '${file}'; "$NODE" "$PRINT_LINES" 2 >> '${file}'`);
    expect(await readFile(file, 'utf8')).toMatch(/^before\n0 x+\n1 x+\n$/);
    await rm(folder, { recursive: true });
  });
});

describe('createOutput', () => {
  const failing = (code: string) =>
    new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error(`write ${code}`), { code }));
      },
    });

  const cases = [
    { name: 'a reader that has gone', code: 'EPIPE', error: OutputClosed },
    { name: 'a full disk', code: 'ENOSPC', error: OutputError },
    { name: 'anything else', code: 'EWHATEVER', error: OutputError },
  ];
  test.each(cases)('aborts and throws on $name', async ({ code, error }) => {
    const output = createOutput(failing(code));
    output.write('text');
    await expect(output.ready()).rejects.toBeInstanceOf(error);
    expect(output.signal.reason).toBeInstanceOf(error);
    output.write('more');
    await expect(output.end()).rejects.toBeInstanceOf(error);
  });

  test('a failure that nobody waits for yet is kept until somebody does', async () => {
    const output = createOutput(failing('ENOSPC'));
    output.write('x'.repeat(100_000));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(output.signal.aborted).toBe(true);
    await expect(output.end()).rejects.toThrow('no space left');
  });

  test('waits for a slow reader, and gathers small pieces', async () => {
    const pieces: string[] = [];
    let release: () => void = () => {};
    const slow = new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        pieces.push(String(chunk));
        release = done;
      },
    });
    const output = createOutput(slow);
    for (let i = 0; i < 10; i++) output.write('a');
    let ready = false;
    const waiting = output.ready().then(() => {
      ready = true;
    });
    await new Promise(setImmediate);
    expect([pieces, ready]).toEqual([['aaaaaaaaaa'], false]);
    release();
    await waiting;
    expect(ready).toBe(true);
  });
});
