import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { wallClock } from '../../../../src/clock.ts';
import type { FollowEvent } from '../../../../src/sources/loki/follow/event.ts';
import { type FollowOptions, followLoki } from '../../../../src/sources/loki/follow/follow.ts';
import { type Resumption, resumeAfter, startAt } from '../../../../src/sources/loki/follow/resumption.ts';
import type { SecondCount } from '../../../../src/sources/loki/follow/seen.ts';
import { nanosOfMillis, SECOND_NS, type TimeRange } from '../../../../src/sources/loki/nanos.ts';
import { describeWithServers } from '../../../servers/available.ts';
import { type PushStream, type RunningLoki, startLoki } from '../../../servers/loki.ts';
import { clientFor, connectionTo } from '../real.ts';

interface Followed {
  readonly events: FollowEvent[];
  /** Texts, each as often as it was given. */
  texts(): readonly string[];
  readonly proven: TimeRange[];
  readonly counts: Map<number, SecondCount>;
  stop(): void;
}

const follow = (
  loki: RunningLoki,
  options: Partial<FollowOptions> & { readonly resumption: Resumption },
): Followed => {
  const proven: TimeRange[] = [];
  const counts = new Map<number, SecondCount>();
  const events: FollowEvent[] = [];
  const subscription = followLoki({
    loki: clientFor(loki, 5_000),
    clock: wallClock,
    selector: '{job="followed"}',
    pollMs: 500,
    overlapMs: 10_000,
    latenessMs: 3_600_000,
    sweepMs: 5_000,
    tail: connectionTo(loki),
    ...options,
  }).subscribe((event) => {
    events.push(event);
    if (event.type !== 'proven') return;
    proven.push(event.range);
    for (const count of event.counts) counts.set(count.second, count);
  });
  return {
    events,
    texts: () =>
      events.flatMap((event) => (event.type === 'lines' ? event.lines.map(({ text }) => text) : [])),
    proven,
    counts,
    stop: () => subscription.unsubscribe(),
  };
};

const now = (): bigint => nanosOfMillis(Date.now());

/** Pushes as agents do: again until Loki has taken it. */
const deliver = async (loki: RunningLoki, streams: readonly PushStream[]): Promise<void> => {
  for (;;) {
    try {
      await loki.push(streams);
      return;
    } catch {
      await sleep(200);
    }
  }
};

interface Writer {
  readonly written: string[];
  /** Ends writing after what has begun. */
  end(): Promise<void>;
}

/** Two hosts, one behind the other, several lines at one time, some metadata, and now and then a late line. */
const write = (loki: RunningLoki): Writer => {
  const written: string[] = [];
  let writing = true;
  const host = async (name: string, lagMs: number): Promise<void> => {
    for (let round = 0; writing; round += 1) {
      const ns = now() - BigInt(lagMs) * 1_000_000n;
      const texts = Array.from({ length: 8 }, (_, index) => `${name} ${round} ${index}`);
      const late = round % 10 === 9 ? [`${name} ${round} late`] : [];
      await deliver(loki, [
        {
          stream: { job: 'followed', host: name },
          values: [
            ...texts.map((text): PushStream['values'][number] => [String(ns), text, { trace: text }]),
            ...late.map((text): PushStream['values'][number] => [String(ns - 40n * SECOND_NS), text]),
          ],
        },
      ]);
      written.push(...texts, ...late);
      await sleep(50);
    }
  };
  const hosts = [host('a', 0), host('b', 700)];
  return {
    written,
    end: async () => {
      writing = false;
      await Promise.all(hosts);
    },
  };
};

const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();

describeWithServers(['loki'], 'following a real Loki', () => {
  test('gives every line once while Loki is restarted, killed, and cuts its tails', {
    timeout: 180_000,
  }, async () => {
    const loki = await startLoki({ unlimitedPush: true, tailMaxDuration: '4s' });
    try {
      const followed = follow(loki, { resumption: startAt(now() - 120n * SECOND_NS) });
      const writer = write(loki);
      await sleep(6_000);
      await loki.restart('SIGTERM');
      await sleep(4_000);
      await loki.restart('SIGKILL');
      await sleep(4_000);
      await writer.end();
      await expect
        .poll(() => followed.texts().length, { timeout: 60_000, interval: 500 })
        .toBe(writer.written.length);
      followed.stop();
      expect(sorted(followed.texts())).toEqual(sorted(writer.written));
      expect(writer.written.length).toBeGreaterThan(800);
    } finally {
      await loki.stop();
    }
  });

  describe('and a Loki that stays up', () => {
    test('gives lines as the tail brings them, and knows them again when it queries', async () => {
      const loki = await startLoki();
      try {
        const selector = '{job="followed"} | json';
        const followed = follow(loki, {
          selector,
          pollMs: 4_000,
          resumption: startAt(now() - 10n * SECOND_NS),
        });
        await sleep(2_000);
        const values = Array.from({ length: 20 }, (_, index): PushStream['values'][number] => [
          String(now() + BigInt(index)),
          JSON.stringify({
            index,
            job: 'a name that clashes',
            level: 'warn',
            text: 'ü\u0000 <&>\ud83d\ude00',
          }),
          { trace: String(index), host: 'metadata that clashes' },
        ]);
        await loki.push([{ stream: { job: 'followed', host: 'a' }, values }]);
        await loki.push([{ stream: { job: 'followed' }, values: [[String(now()), 'no json']] }]);
        await expect.poll(() => followed.texts().length, { timeout: 3_000 }).toBe(21);
        await expect
          .poll(() => [...followed.counts.values()].reduce((sum, { lines }) => sum + lines, 0), {
            timeout: 20_000,
          })
          .toBe(21);
        followed.stop();
        expect(followed.texts()).toHaveLength(21);
      } finally {
        await loki.stop();
      }
    });

    test('goes on after being killed, with what it has written down, and misses nothing late', async () => {
      const loki = await startLoki();
      try {
        const stream = { job: 'followed' };
        const start = now() - 60n * SECOND_NS;
        await loki.push([{ stream, values: [[String(start + 5n * SECOND_NS), 'early']] }]);
        const first = follow(loki, { resumption: startAt(start) });
        await expect.poll(() => first.proven.length, { timeout: 10_000 }).toBeGreaterThan(1);
        first.stop();
        await loki.push([
          { stream, values: [[String(start + 6n * SECOND_NS), 'late, while nobody followed']] },
        ]);
        const resumption = resumeAfter(first.proven, [...first.counts.values()]);
        if (resumption === undefined) throw new Error('nothing was proven');
        const second = follow(loki, { resumption });
        await expect.poll(() => second.texts(), { timeout: 10_000 }).toEqual(['late, while nobody followed']);
        second.stop();
        expect(first.texts()).toEqual(['early']);
      } finally {
        await loki.stop();
      }
    });

    test('gives lines that queries do not show yet, because they are too old', async () => {
      const loki = await startLoki();
      try {
        const followed = follow(loki, { resumption: startAt(now()) });
        await sleep(2_000);
        const ns = now() - 5n * 3_600n * SECOND_NS;
        await loki.push([{ stream: { job: 'followed' }, values: [[String(ns), 'five hours late']] }]);
        await expect.poll(() => followed.texts(), { timeout: 10_000 }).toEqual(['five hours late']);
        followed.stop();
        const query = {
          selector: '{job="followed"}',
          from: ns - 1n,
          to: ns + 1n,
          limit: 10,
          lane: 'live' as const,
        };
        const { lines } = await clientFor(loki).lines(query, new AbortController().signal);
        expect(lines).toEqual([]);
      } finally {
        await loki.stop();
      }
    });

    test('says what Loki says about a query that cannot be followed, and tries again', async () => {
      const loki = await startLoki();
      try {
        const followed = follow(loki, { selector: '{job=', resumption: startAt(now()) });
        const parts = (): readonly string[] =>
          followed.events.flatMap((event) =>
            event.type === 'trouble' && event.error.message.includes('parse error') ? [event.part] : [],
          );
        await expect.poll(() => sorted([...new Set(parts())]), { timeout: 10_000 }).toEqual(['poll', 'tail']);
        followed.stop();
      } finally {
        await loki.stop();
      }
    });
  });
});
