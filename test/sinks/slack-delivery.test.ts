import { expect, onTestFinished, test } from 'vitest';
import type { Finding, Severity } from '../../src/finding.ts';
import { type Started, slackSettings, startTestDelivery } from '../support/deliver.ts';
import { createFastClock, type FastClock } from '../support/fast-clock.ts';
import { type Answer, type SlackCall, type SlackDouble, startSlackDouble } from '../support/slack-double.ts';
import { aFinding } from '../support/told.ts';

interface Scene extends Started {
  readonly slack: SlackDouble;
  readonly clock: FastClock;
  readonly accept: (...findings: readonly Finding[]) => void;
  /** Lets time pass until it holds; fails after an hour of it. */
  readonly until: (holds: () => boolean) => Promise<void>;
}

async function scene(settings: Parameters<typeof slackSettings>[1] = {}): Promise<Scene> {
  const slack = await startSlackDouble();
  onTestFinished(() => slack.stop());
  const clock = createFastClock();
  const started = await startTestDelivery({
    settings: { slack: slackSettings(slack.apiUrl, settings) },
    clock,
  });
  return {
    ...started,
    slack,
    clock,
    accept: (...findings) => void started.delivery.accept({ findings, seenMs: clock.now() }),
    until: async (holds) => {
      for (let second = 0; second < 3_600 && !holds(); second++) {
        await clock.advance(1_000);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      expect(holds()).toBe(true);
    },
  };
}

const numbered = (index: number, changes: Partial<Finding> = {}): Finding =>
  aFinding({
    id: `f${index}`,
    key: `key-${index}`,
    actor: `actor-${index}`,
    summary: `summary-${index}.`,
    ...changes,
  });

const waiting = ({ delivery }: Started): number =>
  delivery.status().lanes.reduce((sum, lane) => sum + lane.waiting, 0);

test('the gravest are told first', async () => {
  const given = await scene();
  const severities: readonly Severity[] = ['warning', 'critical', 'warning', 'critical'];
  given.accept(...severities.map((severity, index) => numbered(index, { severity })));
  await given.until(() => waiting(given) === 0);
  expect(given.slack.messages().map(({ text }) => /CRITICAL|WARNING/.exec(text)?.[0])).toEqual([
    'CRITICAL',
    'CRITICAL',
    'WARNING',
    'WARNING',
  ]);
});

test('repeats change the counter of the message that stands, at most every three seconds', async () => {
  const given = await scene();
  given.accept(aFinding({ id: 'f0' }));
  await given.until(() => given.slack.calls.length === 1);
  for (let i = 1; i <= 50; i++) given.accept(aFinding({ id: `f${i}` }));
  await given.until(() => waiting(given) === 0);
  expect(given.slack.calls.map(({ method }) => method)).toEqual(['chat.postMessage', 'chat.update']);
  expect(given.slack.messages()).toHaveLength(1);
  expect(given.slack.messages()[0]?.blocks).toContain('×51');
});

test('new addresses and objects go to the thread, gathered', async () => {
  const given = await scene();
  given.accept(aFinding({ id: 'f0' }));
  await given.until(() => given.slack.calls.length === 1);
  const peers = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  given.accept(...peers.map((peer) => aFinding({ id: peer, peer })));
  await given.until(() => waiting(given) === 0);
  const replies = given.slack.calls.filter(({ threadTs }) => threadTs !== undefined);
  expect(replies).toHaveLength(1);
  expect(replies[0]?.threadTs).toBe(given.slack.calls[0]?.ts);
  for (const peer of peers) expect(replies[0]?.text).toContain(peer);
});

test('an alert that gets worse is a new message', async () => {
  const given = await scene();
  given.accept(aFinding({ id: 'f0' }));
  await given.until(() => given.slack.calls.length === 1);
  given.accept(aFinding({ id: 'f1', severity: 'critical' }));
  await given.until(() => waiting(given) === 0);
  expect(given.slack.messages().map(({ text }) => text.slice(0, 22))).toEqual(
    ['🟠 WARNING K4: dana@exa', '🔴 CRITICAL (raised) K4'].map((text) => text.slice(0, 22)),
  );
});

test.each<{ name: string; trouble: Answer }>([
  { name: 'rate limit with Retry-After', trouble: { kind: 'rate-limited', retryAfter: 7 } },
  { name: 'rate limit without Retry-After', trouble: { kind: 'rate-limited', retryAfter: undefined } },
  { name: 'HTTP 500', trouble: { kind: 'status', status: 500 } },
  { name: 'HTTP 404', trouble: { kind: 'status', status: 404 } },
  { name: 'HTML with 200', trouble: { kind: 'html' } },
  { name: 'internal_error', trouble: { kind: 'error', code: 'internal_error' } },
  { name: 'a revoked token that is replaced', trouble: { kind: 'error', code: 'token_revoked' } },
  { name: 'a code that nobody knows', trouble: { kind: 'error', code: 'gremlins' } },
])('$name: every alert is told in the end, once', async ({ trouble }) => {
  const given = await scene();
  given.slack.answer((_, index) => (index < 3 ? trouble : { kind: 'ok' }));
  given.accept(numbered(1), numbered(2, { severity: 'critical' }));
  await given.until(() => waiting(given) === 0);
  expect(given.slack.messages().map(({ text }) => /summary-\d/.exec(text)?.[0])).toEqual([
    'summary-2',
    'summary-1',
  ]);
  expect(given.slack.calls).toHaveLength(5);
});

test('Retry-After is waited for', async () => {
  const given = await scene();
  given.slack.answer((_, index) =>
    index === 0 ? { kind: 'rate-limited', retryAfter: 100 } : { kind: 'ok' },
  );
  given.accept(numbered(1));
  await given.until(() => given.slack.calls.length === 1);
  await given.clock.advance(90_000);
  expect(given.slack.calls).toHaveLength(1);
  await given.until(() => given.slack.calls.length === 2);
});

test('an answer that was lost is the one case in which something is told twice: counted, and said', async () => {
  const given = await scene();
  given.slack.answer((_, index) => (index === 0 ? { kind: 'lost' } : { kind: 'ok' }));
  given.accept(numbered(1));
  await given.until(() => waiting(given) === 0);
  expect(given.slack.messages()).toHaveLength(2);
  expect(given.seen.counts.get('slack:#security unknown')).toBe(1);
  expect(given.slack.messages()[1]?.blocks).toContain('may stand here twice');
});

test('a message that Slack refuses is told in a simpler form', async () => {
  const given = await scene();
  given.slack.answer(({ blocks }) =>
    blocks === '[]' ? { kind: 'ok' } : { kind: 'error', code: 'invalid_blocks' },
  );
  given.accept(numbered(1));
  await given.until(() => waiting(given) === 0);
  expect(given.slack.messages()).toHaveLength(1);
  expect(given.slack.messages()[0]?.text).toContain('summary-1');
});

test('what a channel refuses goes to the default channel, which says for whom it was', async () => {
  const given = await scene({ routes: [{ channel: '#vault', rules: ['V*'] }] });
  given.slack.answer(({ channel }) =>
    channel === '#vault' ? { kind: 'error', code: 'not_in_channel' } : { kind: 'ok' },
  );
  given.accept(numbered(1, { rule: 'V4' }), numbered(2));
  await given.until(() => waiting(given) === 0);
  expect(given.slack.messages().map(({ channel }) => channel)).toEqual(['#security', '#security']);
  expect(given.slack.messages().find(({ text }) => text.includes('V4'))?.blocks).toContain(
    'meant for #vault',
  );
  expect(given.seen.said.join()).toContain('slack:#vault blocked not_in_channel');
});

test('routes decide by severity, rule and stream; the mild wait for the digest', async () => {
  const given = await scene({
    routes: [
      { channel: '#page', severity: ['critical'] },
      { channel: '#all-vault', rules: ['V*'], severity: ['info'] },
    ],
  });
  given.accept(
    numbered(1, { severity: 'critical' }),
    numbered(2, { rule: 'V4', severity: 'info' }),
    numbered(3, { severity: 'info' }),
  );
  await given.until(() => waiting(given) === 0);
  const told = given.slack
    .messages()
    .map(({ channel, text }) => `${channel} ${/summary-\d/.exec(text)?.[0]}`);
  expect(told.sort()).toEqual(['#all-vault summary-2', '#page summary-1']);
  await given.clock.advance(24 * 3_600_000);
  await given.until(() => given.slack.messages().length === 3);
  const digest = given.slack.messages()[2];
  expect(digest?.text).toContain('Daily digest');
  expect(digest?.blocks).toContain('summary-3');
});

const actorsTold = (messages: readonly SlackCall[]): ReadonlySet<string> =>
  new Set(messages.flatMap(({ blocks }) => blocks.match(/actor-\d+/g) ?? []));

test('ten thousand alerts of ten thousand actors bury nobody: each has a line, and another rule does not wait', async () => {
  const given = await scene();
  const flood = Array.from({ length: 10_000 }, (_, index) => numbered(index));
  given.accept(...flood);
  given.accept(numbered(10_000, { rule: 'S1', actor: 'the one', summary: 'The one that matters.' }));
  given.accept(
    numbered(10_001, { rule: 'V3', severity: 'critical', actor: 'the grave one', summary: 'The gravest.' }),
  );
  await given.until(() => given.slack.messages().length >= 4);
  const early = given.slack
    .messages()
    .slice(0, 4)
    .map(({ text }) => text)
    .join();
  expect(early).toContain('The one that matters.');
  expect(early).toContain('The gravest.');
  await given.until(() => waiting(given) === 0);
  expect(actorsTold(given.slack.messages()).size).toBe(10_000);
  expect(given.slack.messages().length).toBeLessThan(420);
}, 120_000);

test('ten thousand alerts of one actor are a few messages', async () => {
  const given = await scene();
  given.accept(
    ...Array.from({ length: 10_000 }, (_, index) =>
      numbered(index, { actor: 'mallory', object: `pod-${index}` }),
    ),
  );
  await given.until(() => waiting(given) === 0);
  expect(given.slack.messages().length).toBeLessThan(60);
}, 120_000);
