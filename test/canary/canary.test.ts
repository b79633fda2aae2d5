import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Canary, canaryLine, readCanary } from '../../src/canary/canary-line.ts';
import { labelsFor } from '../../src/canary/labels.ts';
import { createCanaryLedger } from '../../src/canary/ledger.ts';
import { createRehearsal } from '../../src/canary/rehearsal.ts';
import { parseSelector } from '../../src/selector/selector.ts';

const KEY = 'a key';
const canary = (changes: Partial<Canary> = {}): Canary => ({
  stream: 'kube-audit',
  sentMs: 1_763_712_000_000,
  nonce: '0123456789abcdef0123456789abcdef',
  ...changes,
});

describe('the line of a canary', () => {
  it('is read back as it was written', () => {
    expect(readCanary(canaryLine(canary(), KEY), 'kube-audit', KEY)).toEqual(canary());
  });

  const line = canaryLine(canary(), KEY);
  const table: readonly (readonly [string, string, string])[] = [
    ['with another key', canaryLine(canary(), 'other'), 'kube-audit'],
    ['of another stream', line, 'vault-audit'],
    ['with another time', line.replace('1763712000000', '1763712000001'), 'kube-audit'],
    ['with another nonce', line.replace('0123', '0124'), 'kube-audit'],
    ['with something more in it', line.replace('}', ',"verb":"delete"}'), 'kube-audit'],
    ['with something behind it', `${line} {"kind":"Event"}`, 'kube-audit'],
    ['that is only said to be one', '{"kind":"DetectorCanary","user":{"username":"mallory"}}', 'kube-audit'],
    ['without its signature', line.replace(/"mac":"[^"]+"/, '"mac":""'), 'kube-audit'],
  ]; // prettier-ignore
  it.each(table)('is an ordinary line: one %s', (_name, text, stream) => {
    expect(readCanary(text, stream, KEY)).toBeUndefined();
  });

  it('takes no other line for a canary, whatever is changed in it', () => {
    fc.assert(
      fc.property(fc.nat({ max: line.length - 1 }), fc.string({ minLength: 0, maxLength: 3 }), (at, text) => {
        const changed = line.slice(0, at) + text + line.slice(at + 1);
        fc.pre(changed !== line);
        return readCanary(changed, 'kube-audit', KEY) === undefined;
      }),
    );
  });
});

describe('the ledger of canaries', () => {
  it('tells how long each took', () => {
    const ledger = createCanaryLedger(60_000);
    ledger.sent(canary());
    expect(ledger.arrived(canary(), canary().sentMs + 1_500)).toBe(1_500);
    expect(ledger.missing(canary().sentMs + 100_000)).toEqual(new Map());
  });

  it('does not count one twice, nor one that it did not send', () => {
    const ledger = createCanaryLedger(60_000);
    ledger.sent(canary());
    ledger.arrived(canary(), canary().sentMs + 1);
    expect(ledger.arrived(canary(), canary().sentMs + 2)).toBeUndefined();
    expect(ledger.arrived(canary({ nonce: 'f'.repeat(32) }), canary().sentMs)).toBeUndefined();
  });

  it('misses one after the deadline, until another is back in time', () => {
    const ledger = createCanaryLedger(60_000);
    const { sentMs } = canary();
    ledger.sent(canary());
    expect(ledger.missing(sentMs + 60_000)).toEqual(new Map());
    expect(ledger.missing(sentMs + 60_001)).toEqual(new Map([['kube-audit', sentMs]]));
    ledger.arrived(canary(), sentMs + 90_000);
    expect(ledger.missing(sentMs + 90_000)).toEqual(new Map([['kube-audit', sentMs]]));
    ledger.sent(canary({ nonce: 'c'.repeat(32), sentMs: sentMs + 20_000 }));
    const next = canary({ nonce: 'a'.repeat(32), sentMs: sentMs + 100_000 });
    ledger.sent(next);
    ledger.arrived(next, sentMs + 101_000);
    expect(ledger.missing(sentMs + 102_000)).toEqual(new Map());
  });
});

describe('the labels of a canary', () => {
  const labelsOf = (text: string) => {
    const selector = parseSelector(text);
    if ('problem' in selector) throw new Error(selector.problem);
    return labelsFor(selector, canaryLine(canary(), KEY));
  };
  const table: readonly (readonly [string, unknown])[] = [
    ['{job="kubernetes-audit"}', { job: 'kubernetes-audit' }],
    ['{namespace="vault",container="audit-tail"}', { namespace: 'vault', container: 'audit-tail' }],
    ['{job="a",env!="test"}', { job: 'a' }],
    ['{job=~"a|b"}', { problem: expect.stringContaining('label="value"') }],
    ['{job="a",env=~"p.+"}', { problem: expect.stringContaining('env') }],
    ['{job="a"} |= "calico-packet"', { problem: expect.stringContaining('line filter') }],
    ['{job="a"} | json', { problem: expect.stringContaining('stage') }],
  ]; // prettier-ignore
  it.each(table)('for %s', (text, expected) => {
    expect(labelsOf(text)).toEqual(expected);
  });
});

it('a canary goes through engine, alerts and rendering', () => {
  const rehearse = createRehearsal();
  expect(rehearse(canary())).toBe(true);
  expect(rehearse(canary({ nonce: 'b'.repeat(32) }))).toBe(true);
});
