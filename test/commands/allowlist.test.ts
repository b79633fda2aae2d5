import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recording } from '../support/recordings.ts';
import { runCommand } from '../support/run-command.ts';

const scratch = mkdtempSync(join(tmpdir(), 'detector-allowlist-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const config = join(scratch, 'detector.yaml');
writeFileSync(
  config,
  `zones:
  lan: [10.0.20.0/22, {cidr: 10.0.20.5, reason: Terraform}]
  tailnet: [{cidr: 198.51.100.7, reason: conference, until: 2026-06-01T00:00:00Z}]
  pods: [10.0.0.0/7]
lists:
  interactive_access:
    - {value: 'dana@example.org', reason: on call}
    - 'd*'
    - 'nobody@example.org'
  secret_readers: ['system:serviceaccount:*']
`,
);

const lines = async (...args: readonly string[]): Promise<readonly string[]> => {
  const { code, out, err } = await runCommand(['allowlist', ...args, '-c', config]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.split('\n').filter(Boolean);
};

describe('allowlist check', () => {
  it('names the entry that exempts, in the time asked for', async () => {
    const before = ['check', '198.51.100.7', '--rule', 'k2', '--at', '2026-05-12'];
    expect(await lines(...before)).toEqual([
      'K2  exempt by zone tailnet: 198.51.100.7 (conference), until 2026-06-01T00:00:00Z',
    ]);
    expect(await lines(...before.slice(0, -1), '2026-06-01')).toEqual([
      'K2  not exempt; ended: zone tailnet: 198.51.100.7 (conference), until 2026-06-01T00:00:00Z',
    ]);
  });

  it.each([
    { name: 'an address in no zone', subject: '203.0.113.7', says: '203.0.113.7 is exempt from no rule' },
    {
      name: 'a name in another case',
      subject: 'Dana@example.org',
      says: 'Dana@example.org is exempt from no rule',
    },
    {
      name: 'what only contains an address',
      subject: '10.0.20.5.evil',
      says: '10.0.20.5.evil is exempt from no rule',
    },
  ])('says of $name that it is exempt from nothing', async ({ subject, says }) => {
    expect(await lines('check', subject)).toEqual([says]);
  });

  it('refuses a rule that is none', async () => {
    const { code, err } = await runCommand(['allowlist', 'check', 'x', '--rule', 'K77', '-c', config]);
    expect(code).toBe(3);
    expect(err).toContain('there is no rule K77');
  });
});

describe('allowlist audit', () => {
  const has = (found: readonly string[], kind: string, entry: string): boolean =>
    found.some((line) => line.startsWith(kind) && line.includes(entry));

  it('finds entries that are expired, broad, shadowed or without a reason', async () => {
    const found = await lines('audit');
    expect(has(found, 'expired', '198.51.100.7')).toBe(true);
    expect(has(found, 'over-broad', '10.0.0.0/7')).toBe(true);
    expect(has(found, 'over-broad', 'd*')).toBe(true);
    expect(has(found, 'over-broad', 'system:serviceaccount:*')).toBe(true);
    expect(has(found, 'shadowed', 'list interactive_access: dana@example.org')).toBe(true);
    expect(has(found, 'shadowed', 'zone lan: 10.0.20.5')).toBe(true);
    expect(has(found, 'no-reason', 'nobody@example.org')).toBe(true);
    expect(has(found, 'no-reason', 'dana@example.org')).toBe(false);
    expect(has(found, 'unused', '')).toBe(false);
  });

  it('says with logs which entries hide findings, and which hide none', async () => {
    const found = await lines('audit', recording('k4/shells/input.jsonl'));
    expect(found.find((line) => line.startsWith('hides') && line.includes('dana@'))).toMatch(
      /findings of K4/,
    );
    expect(has(found, 'unused', 'nobody@example.org')).toBe(true);
    expect(has(found, 'unused', 'dana@example.org')).toBe(false);
  });
});
