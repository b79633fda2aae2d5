import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createProgress, wantsProgress } from '../../src/sinks/progress.ts';

/** A terminal as cli-progress wants one: the cursor methods write what a terminal would get. */
class Terminal extends Writable {
  readonly isTTY = true;
  readonly columns = 120;
  text = '';
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

const bar = (totalBytes: number | undefined) => {
  const terminal = new Terminal();
  let time = 0;
  const progress = createProgress({ stream: terminal, totalBytes, now: () => time });
  return {
    terminal,
    progress,
    at(ms: number, bytes: number, lines: number) {
      time = ms;
      progress.update(bytes, lines);
    },
  };
};

describe('progress', () => {
  test('shows nothing for what is done at once', () => {
    const { terminal, progress, at } = bar(1000);
    at(100, 500, 5);
    at(400, 1000, 10);
    progress.stop();
    expect(terminal.text).toBe('');
  });

  test('shows share, size, speed and what is left', () => {
    const { terminal, progress, at } = bar(100_000_000);
    at(2000, 25_000_000, 50_000);
    progress.stop();
    expect(terminal.text).toContain('25%  25 MB of 100 MB  25,000 lines/s  6 s left');
  });

  test('does not go past the end of a file that grew', () => {
    const { terminal, progress, at } = bar(1000);
    at(2000, 3000, 50);
    progress.stop();
    expect(terminal.text).toContain('100%');
    expect(terminal.text).toContain('0 s left');
  });

  test.each([
    { name: 'unknown', totalBytes: undefined },
    { name: 'nothing', totalBytes: 0 },
  ])('shows nothing when the size is $name', ({ totalBytes }) => {
    const { terminal, progress, at } = bar(totalBytes);
    at(2000, 3000, 50);
    progress.stop();
    expect(terminal.text).toBe('');
  });
});

test.each([
  {
    name: 'a person who did not refuse gets a bar',
    asked: true,
    isTerminal: true,
    shared: false,
    wanted: true,
  },
  { name: 'a pipe gets none', asked: true, isTerminal: false, shared: false, wanted: false },
  { name: '--no-progress gets none', asked: false, isTerminal: true, shared: false, wanted: false },
  {
    name: 'findings on the same terminal leave no room',
    asked: true,
    isTerminal: true,
    shared: true,
    wanted: false,
  },
])('$name', ({ wanted, ...question }) => {
  expect(wantsProgress(question)).toBe(wanted);
});
