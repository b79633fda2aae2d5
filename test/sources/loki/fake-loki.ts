import type { CountsQuery, LinesAnswer, LinesQuery, LokiQueries } from '../../../src/sources/loki/client.ts';
import { errorOfStatus, LokiError } from '../../../src/sources/loki/error.ts';
import { fingerprintOf, identityOf, type LokiLine } from '../../../src/sources/loki/line.ts';
import { type Nanos, secondOf } from '../../../src/sources/loki/nanos.ts';

/** What the fake does to one request: answer, answer as if nothing were stored, or fail. */
export type Mood = 'well' | 'empty' | LokiError;

export interface FakeLoki extends LokiQueries {
  store(lines: readonly LokiLine[]): void;
  stored(): readonly LokiLine[];
  /** Asked before each request. */
  mood: () => Mood;
  /** Bytes of lines above which a request gets no answer, as from Loki with its default message limit. */
  messageLimit: number;
  /** `max_entries_limit_per_query`. */
  mostLines: number;
  requests: number;
}

const lineBytes = (line: LokiLine): number => line.text.length + 60;

/** Lines of one nanosecond come in an order that is none, but always the same. */
const order = (a: LokiLine, b: LokiLine): number => {
  if (a.ns !== b.ns) return a.ns < b.ns ? -1 : 1;
  return fingerprintOf(a) - fingerprintOf(b);
};

/** Behaves as the recordings and measurements of the real one: `client.servers.test.ts` asks the real one the same. */
export const createFakeLoki = (): FakeLoki => {
  const held = new Map<string, LokiLine>();
  let sorted: readonly LokiLine[] | undefined;
  const all = (): readonly LokiLine[] => {
    sorted ??= [...held.values()].sort(order);
    return sorted;
  };
  const between = (from: Nanos, to: Nanos): readonly LokiLine[] =>
    all().filter((line) => line.ns >= from && line.ns < to);
  const visible = (from: Nanos, to: Nanos): readonly LokiLine[] => {
    fake.requests += 1;
    const mood = fake.mood();
    if (mood instanceof LokiError) throw mood;
    return mood === 'empty' ? [] : between(from, to);
  };
  const fake: FakeLoki = {
    store: (lines) => {
      for (const line of lines) held.set(identityOf(line), line);
      sorted = undefined;
    },
    stored: all,
    mood: () => 'well',
    messageLimit: Number.POSITIVE_INFINITY,
    mostLines: 5_000,
    requests: 0,
    clockSkewMs: () => 0,
    lines: async ({ from, to, limit }: LinesQuery): Promise<LinesAnswer> => {
      if (limit > fake.mostLines) {
        throw errorOfStatus(
          400,
          `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${fake.mostLines})`,
        );
      }
      const lines = visible(from, to).slice(0, limit);
      const bytes = lines.reduce((sum, line) => sum + lineBytes(line), 0);
      if (bytes > fake.messageLimit) throw new LokiError('too-big', 'no answer in time');
      return { lines, bytes };
    },
    countsBySecond: async ({ first, last }: CountsQuery) => {
      const counts = new Map<number, number>();
      const [from, to] = [BigInt(first - 1) * 1_000_000_000n + 1n, BigInt(last) * 1_000_000_000n + 1n];
      for (const { ns } of visible(from, to)) counts.set(secondOf(ns), (counts.get(secondOf(ns)) ?? 0) + 1);
      return counts;
    },
  };
  return fake;
};
