import { describe, expect, it } from 'vitest';
import { recording } from '../support/recordings.ts';
import { runCommand } from '../support/run-command.ts';

const SPIKES = recording('v5/userpass-spike/input.jsonl');

describe('detector tune', () => {
  it("marks today's setting with the findings that a replay gives", async () => {
    const { code, out, err } = await runCommand(['tune', 'v5', SPIKES]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const today = out.split('\n').filter((line) => line.startsWith('▶'));
    expect(today).toHaveLength(1);
    expect(today[0]).toMatch(/^▶ > +10 .* 1 alerts +2 findings$/);
  });

  it('never gives more findings for a higher threshold, and says which of today it loses', async () => {
    const { out } = await runCommand(['tune', 'V5', SPIKES]);
    const blocks = out.split('V5: alerts').slice(1);
    expect(blocks).toHaveLength(5);
    for (const block of blocks) {
      const findings = [...block.matchAll(/(\d+) findings/g)].map(([, count]) => Number(count));
      expect(findings).toEqual([...findings].sort((a, b) => b - a));
    }
    expect(out).toMatch(/> +50 .* 0 findings {2}loses 2 of today's findings/);
  });

  it('draws the same as an SVG without a script', async () => {
    const { out } = await runCommand(['tune', 'V5', SPIKES, '-o', 'svg']);
    expect(out).toMatch(/^<svg xmlns=/);
    expect(out).toContain('(today)');
    expect(out).not.toContain('<script');
  });

  it('refuses a rule that counts nothing and names those that do', async () => {
    const { code, err } = await runCommand(['tune', 'K2', SPIKES]);
    expect(code).toBe(3);
    expect(err).toContain('rules with a threshold are K5, V5');
  });
});
