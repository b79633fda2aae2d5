import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createKubeAudit } from '../../src/decoders/kube-audit.ts';
import { KubeEvent } from '../../src/decoders/kube-event.ts';
import { compileProgram } from '../../src/engine/program.ts';
import { SECOND } from '../../src/event.ts';
import { formatRfc3339, parseRfc3339 } from '../../src/time.ts';
import { allowlistTrouble } from '../../src/watch/allowlists.ts';
import { createSilence } from '../../src/watch/silence.ts';
import { createUnseen } from '../../src/watch/unseen.ts';
import { aContext, aLine } from '../support/lines.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const START = parseRfc3339('2026-11-21T08:00:00Z') ?? 0;
const HOUR = 3600 * SECOND;

const eventAt = (time: number, more: Readonly<Record<string, unknown>> = {}) =>
  new KubeEvent(
    aLine('{}'),
    'kube-audit',
    { requestReceivedTimestamp: formatRfc3339(time), user: { username: 'dana' }, verb: 'get', ...more },
    aContext(),
    '{}',
  );

describe('a silent stream', () => {
  const busy = (longest?: number) => {
    const monitor = createSilence({
      longest: new Map(longest === undefined ? [] : [['kube-audit', longest]]),
    });
    for (let second = 0; second < 60; second++) monitor.event?.(eventAt(START + second * SECOND));
    return monitor;
  };

  it('is told by the clock while it lasts, once, within five minutes', () => {
    const monitor = busy();
    const ticks = Array.from({ length: 20 }, (_, minute) => START + (minute + 1) * 60 * SECOND);
    // The first tick hears the lines; the silence begins there.
    const told = ticks.flatMap((now) => (monitor.tick?.(now) ?? []).map(({ time }) => time));
    expect(told).toEqual([START + 240 * SECOND]);
  });

  it('is told by the configured length alone where there is one', () => {
    const monitor = busy(HOUR);
    monitor.tick?.(START + 60 * SECOND);
    expect(monitor.tick?.(START + HOUR)).toEqual([]);
    expect(monitor.tick?.(START + 2 * HOUR)).toMatchObject([{ facts: { reason: 'longer-than-configured' } }]);
  });

  it('is told when it never had a line, where one is configured', () => {
    const monitor = createSilence({ longest: new Map([['vault-audit', HOUR]]) });
    expect(monitor.tick?.(START)).toEqual([]);
    expect(monitor.tick?.(START + HOUR)).toEqual([]);
    expect(monitor.tick?.(START + HOUR + SECOND)).toMatchObject([{ stream: 'vault-audit' }]);
  });

  it('is not told while a backlog is read', () => {
    const monitor = busy();
    const now = START + 100 * HOUR;
    expect(monitor.tick?.(now)).toEqual([]);
    monitor.event?.(eventAt(START + 61 * SECOND));
    expect(monitor.tick?.(now + 60 * SECOND)).toEqual([]);
    expect(monitor.tick?.(now + 300 * SECOND)).toHaveLength(1);
  });

  it('is not told before the habits of the stream are known', () => {
    const monitor = createSilence({ longest: new Map() });
    monitor.event?.(eventAt(START));
    expect(monitor.tick?.(START + 24 * HOUR)).toEqual([]);
  });
});

describe('a required field', () => {
  const decoder = createKubeAudit(aContext());
  const rules = shippedRules('kubernetes').filter(({ code }) => code === 'K2');
  const monitor = () => createUnseen([compileProgram(decoder, rules, { lateness: 0, maxKeys: 10 })]);
  const days = (count: number, more: (day: number) => Readonly<Record<string, unknown>>) => {
    const watch = monitor();
    return Array.from({ length: count }, (_, day) => day).flatMap(
      (day) => watch.event?.(eventAt(START + day * 24 * HOUR, more(day))) ?? [],
    );
  };

  it('that no line had for a week is told once, with the rules that need it', () => {
    expect(days(20, () => ({}))).toMatchObject([{ subject: 'sourceIPs', facts: { rules: 'K2' } }]);
  });

  it('is not told within the week', () => {
    expect(days(8, () => ({}))).toEqual([]);
  });

  it('that some line has is not told, and is told when it stops', () => {
    expect(days(20, (day) => (day % 3 === 0 ? { sourceIPs: ['10.0.0.1'] } : {}))).toEqual([]);
    expect(days(20, (day) => (day < 5 ? { sourceIPs: ['10.0.0.1'] } : {}))).toHaveLength(1);
  });
});

describe('an allowlist', () => {
  const troubleOf = (text: string) =>
    allowlistTrouble(loadConfig([{ path: 'c.yaml', text }], {}), START).map(
      ({ subject, facts }) => `${facts['reason']} ${subject}`,
    );

  it('is fine as it is shipped', () => {
    expect(troubleOf('zones: {lan: [10.0.0.0/8], v6: ["fd00::/16"]}')).toEqual([]);
  });

  it('is told when an entry takes in nearly everything', () => {
    const text = 'zones: {lan: [0.0.0.0/0, "::/0", 64.0.0.0/3]}\nlists: {secret_readers: ["*"]}';
    expect(troubleOf(text)).toEqual([
      'broad lan: 0.0.0.0/0',
      'broad lan: ::/0',
      'broad lan: 64.0.0.0/3',
      'broad secret_readers: *',
    ]);
  });

  it('is told when an entry counts no more', () => {
    const text =
      'zones: {lan: [{cidr: 198.51.100.7, until: 2026-11-20}, {cidr: 198.51.100.8, until: 2026-11-30}]}';
    expect(troubleOf(text)).toEqual(['expired lan: 198.51.100.7']);
  });
});
