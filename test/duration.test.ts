import { describe, expect, it } from 'vitest';
import { parseDurationMs } from '../src/duration.ts';

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['0s', undefined],
    ['-5m', undefined],
    ['1.5h', undefined],
    ['1 h', undefined],
    ['1M', undefined],
    ['60', undefined],
    ['', undefined],
    ['999999999d', undefined],
    ['1h30m', undefined],
  ])('%s is %s milliseconds', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });
});
