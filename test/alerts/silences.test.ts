import { expect, test } from 'vitest';
import { createSilences, type Silence, type SilenceMatcher } from '../../src/alerts/silences.ts';
import { readSilences } from '../../src/sinks/alertmanager-silences.ts';

const matcher = (name: string, operator: string, value: string): SilenceMatcher => ({
  name,
  value,
  isRegex: operator.endsWith('~'),
  isEqual: !operator.startsWith('!'),
});

const silence = (...matchers: readonly SilenceMatcher[]): Silence => ({
  id: 's1',
  startsMs: 100,
  endsMs: 200,
  createdBy: 'viktor',
  comment: '',
  matchers,
});

const labels = { alertname: 'K4-interactive-access', actor: 'dana' };

test.each([
  { name: 'an equal value', matchers: [matcher('actor', '=', 'dana')], muted: true },
  { name: 'another value', matchers: [matcher('actor', '=', 'eve')], muted: false },
  { name: 'a pattern, anchored at both ends', matchers: [matcher('actor', '=~', 'dan')], muted: false },
  {
    name: 'a pattern of RE2 that JavaScript has not',
    matchers: [matcher('actor', '=~', '(?i)DA(?P<x>na)\\z')],
    muted: true,
  },
  { name: 'a missing label, which is empty', matchers: [matcher('namespace', '!=', 'vault')], muted: true },
  {
    name: 'a missing label and a pattern for nothing',
    matchers: [matcher('namespace', '=~', '')],
    muted: true,
  },
  {
    name: 'one of two matchers only',
    matchers: [matcher('actor', '=', 'dana'), matcher('rule', '=', 'K5')],
    muted: false,
  },
  {
    name: 'a pattern that cannot be compiled, negated',
    matchers: [matcher('actor', '!~', '(')],
    muted: false,
  },
  { name: 'no matcher at all', matchers: [], muted: false },
  {
    name: 'a label named like a method of objects',
    matchers: [matcher('constructor', '!=', '')],
    muted: false,
  },
])('$name: muted is $muted', ({ matchers, muted }) => {
  expect(createSilences([silence(...matchers)]).muting(labels, 150) !== undefined).toBe(muted);
});

test.each([
  { name: 'before it starts', at: 99, muted: false },
  { name: 'when it starts', at: 100, muted: true },
  { name: 'just before its end', at: 199, muted: true },
  { name: 'at its end', at: 200, muted: false },
])('a silence counts by time: $name, muted is $muted', ({ at, muted }) => {
  const silences = createSilences([silence(matcher('actor', '=', 'dana'))]);
  expect(silences.muting(labels, at) !== undefined).toBe(muted);
});

test('an entry of the list that cannot be read mutes nothing and takes none with it', () => {
  const good = {
    id: 'good',
    status: { state: 'active' },
    startsAt: '2026-11-20T10:00:00.123456789Z',
    endsAt: '2026-11-20T12:00:00+02:00',
    createdBy: 'x',
    comment: '',
    matchers: [{ name: 'a', value: 'b', isRegex: false }],
  };
  expect(readSilences(JSON.stringify([{ id: 'bad' }, good, 7])).map(({ id }) => id)).toEqual(['good']);
});
