import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSilences, type SilenceMatcher } from '../../src/alerts/silences.ts';
import type { Labels } from '../../src/event.ts';
import { readSilences } from '../../src/sinks/alertmanager-silences.ts';
import { type RunningAlertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import { describeWithServers } from '../servers/available.ts';

const VALUES = [
  'dana',
  'dana@example.org',
  'system:node:a',
  'K4',
  'K5',
  'vault',
  'kube-system',
  'DANA',
  'a.b',
  'ö|x',
  '(',
  'line\nfeed',
];
const NAMES = ['alertname', 'rule', 'severity', 'actor', 'namespace', 'missing'];
/** RE2, with what JavaScript would read otherwise or refuse. */
const PATTERNS = [
  '.*',
  '.+',
  '',
  'dana',
  'dana.*',
  '(?i)dana.*',
  'K[45]',
  'K4|K5',
  '(?P<x>vault)',
  'a.b',
  'a\\.b',
  '[[:alpha:]]+',
  'vault|',
  '\\Qsystem:node:\\E.*',
  '.*\\z',
  '^dana$',
  '\\pL+',
  '(?s).*',
  'd(a|n)+',
];

const anyLabels: fc.Arbitrary<Labels> = fc
  .record(
    {
      rule: fc.constantFrom('K4', 'K5', 'S1'),
      severity: fc.constantFrom('info', 'warning', 'critical'),
      actor: fc.constantFrom(...VALUES),
      namespace: fc.constantFrom(...VALUES),
    },
    { requiredKeys: ['rule', 'severity'] },
  )
  .map((labels) => ({ ...labels }));

const anyMatcher: fc.Arbitrary<SilenceMatcher> = fc.boolean().chain((isRegex) =>
  fc.record({
    name: fc.constantFrom(...NAMES),
    value: isRegex ? fc.constantFrom(...PATTERNS) : fc.constantFrom(...VALUES, ''),
    isRegex: fc.constant(isRegex),
    isEqual: fc.boolean(),
  }),
);

const HOUR_MS = 3_600_000;

interface Listed {
  readonly labels: Labels;
  readonly status: { readonly state: string; readonly silencedBy: readonly string[] };
}

describeWithServers(['alertmanager'], 'silences as the real Alertmanager evaluates them', () => {
  let server: RunningAlertmanager;
  beforeAll(async () => {
    server = await startAlertmanager();
  });
  afterAll(() => server?.stop());

  const sample = fc.sample(
    fc.tuple(
      fc.uniqueArray(anyLabels, {
        minLength: 40,
        maxLength: 40,
        selector: (labels) => JSON.stringify(labels),
      }),
      fc.array(fc.array(anyMatcher, { minLength: 1, maxLength: 3 }), { minLength: 250, maxLength: 250 }),
    ),
    { numRuns: 1, seed: 4 },
  )[0];
  const [alerts, silences] = sample ?? [[], []];

  test('mute the same alerts, for generated matchers of all kinds', async () => {
    const now = Date.now();
    const labelled = alerts.map((labels, index): Labels => ({ ...labels, alertname: `A${index}` }));
    await server.api(
      '/api/v2/alerts',
      labelled.map((labels) => ({ labels, endsAt: new Date(now + HOUR_MS).toISOString() })),
    );
    let refused = 0;
    for (const matchers of silences) {
      const body = {
        matchers,
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + HOUR_MS).toISOString(),
        createdBy: 'test',
        comment: '',
      };
      // A silence must have a matcher that does not match an empty value: the real one refuses the others.
      await server.api('/api/v2/silences', body).catch(() => refused++);
    }
    expect(silences.length - refused).toBeGreaterThan(80);
    const read = readSilences(JSON.stringify(await server.api('/api/v2/silences')));
    expect(read).toHaveLength(silences.length - refused);
    const listed = (await server.api('/api/v2/alerts')) as readonly Listed[]; // as its API documents it
    expect(listed).toHaveLength(alerts.length);
    let muted = 0;
    for (const { labels, status } of listed) {
      for (const silence of read) {
        const ours = createSilences([silence]).muting(labels, Date.now()) !== undefined;
        expect({ labels, silence, muted: ours }).toEqual({
          labels,
          silence,
          muted: status.silencedBy.includes(silence.id),
        });
        if (ours) muted++;
      }
    }
    expect(muted).toBeGreaterThan(100);
  });
});
