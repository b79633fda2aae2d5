import { concat, defer, EMPTY, map, mergeMap, type Observable, of, takeUntil } from 'rxjs';
import type { Clock } from '../../clock.ts';
import { abortOf } from '../abort.ts';
import type { LiveEvent, LiveSource } from '../live.ts';
import { observe } from '../observe.ts';
import type { LokiQueries } from './client.ts';
import type { LokiConnection } from './connection.ts';
import type { FollowEvent } from './follow/event.ts';
import { followLoki } from './follow/follow.ts';
import { startAt } from './follow/resumption.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { type LokiLine, toLine } from './line.ts';
import { type Nanos, nanosOfMillis } from './nanos.ts';
import { readLokiRange } from './range.ts';

export interface LokiSourceOptions {
  readonly name: string;
  readonly selector: string;
  readonly loki: LokiQueries;
  /** Undefined without a tail. */
  readonly tail: LokiConnection | undefined;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly overlapMs: number;
  readonly latenessMs: number;
  readonly sweepMs: number;
  /** Read again before the cursor, so that counts over time go on where they were. */
  readonly lookBackMs: number;
}

/** A stream of Loki as a source of `run`. Without a cursor it begins `latenessMs` ago. */
export const lokiSource = (options: LokiSourceOptions): LiveSource => ({
  name: options.name,
  follow: (cursor, stop) =>
    defer(() => {
      const { clock, latenessMs } = options;
      const ledger = createLedger(cursor, latenessMs);
      const known = ledger.resumption;
      const resumption = known ?? startAt(nanosOfMillis(clock.now() - latenessMs));
      const translate = createTranslation(options, ledger);
      const before = known === undefined ? EMPTY : lookBack(options, known.from);
      const following = followLoki({ ...options, resumption }).pipe(mergeMap(translate));
      const repeated = before.pipe(map((lines) => translate.lines(lines)));
      return concat(repeated, following).pipe(takeUntil(abortOf(stop)));
    }),
});

/** Lines that an earlier run has read: their findings are known by their ids, their counts are not. */
const lookBack = (options: LokiSourceOptions, from: Nanos): Observable<readonly LokiLine[]> => {
  const { loki, clock, selector, lookBackMs } = options;
  const range = { from: from - nanosOfMillis(lookBackMs), to: from };
  return observe(async function* (signal) {
    try {
      for await (const { lines } of readLokiRange({ loki, clock, selector, range }, signal)) yield lines;
    } catch {
      // Following tells of the trouble and goes on; a count that was under way begins afresh.
    }
  });
};

interface Translation {
  (event: FollowEvent): Observable<LiveEvent>;
  lines(lines: readonly LokiLine[]): LiveEvent;
}

/** What following says in Loki's terms, in those of every live source. */
const createTranslation = ({ name, clock }: LokiSourceOptions, ledger: Ledger): Translation => {
  let number = 0;
  const itemsOf = (lines: readonly LokiLine[]) =>
    lines.map((line) => toLine(line, name, ++number, clock.now()));
  const translated = (event: FollowEvent): LiveEvent | undefined => {
    switch (event.type) {
      case 'lines':
        return { type: 'lines', origin: event.origin, items: itemsOf(event.lines) };
      case 'proven':
        ledger.prove(event.range, event.counts);
        return { type: 'checkpoint', cursor: ledger.text, proven: ledger.proven };
      case 'trouble':
        return { ...event, reason: event.error.message };
      case 'overflow':
        return {
          type: 'unreadable',
          reason: `more lines at one time stamp than Loki gives: ${event.overflow.ns}`,
        };
      case 'clock-skew':
        return undefined;
      case 'gap-opened':
      case 'gap-closed':
      case 'recovered':
        return event;
    }
  };
  const translate = (event: FollowEvent): Observable<LiveEvent> => {
    const live = translated(event);
    return live === undefined ? EMPTY : of(live);
  };
  return Object.assign(translate, {
    lines: (lines: readonly LokiLine[]): LiveEvent => ({
      type: 'lines',
      origin: 'backfill',
      items: itemsOf(lines),
    }),
  });
};
