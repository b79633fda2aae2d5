import { type Decoded, isReject } from './decoders/decoder.ts';
import type { Router, Stream } from './decoders/router.ts';
import type { Engine } from './engine/engine.ts';
import type { Sightings } from './engine/sightings.ts';
import type { Event, Line, Micros, Reject } from './event.ts';
import type { Finding } from './finding.ts';
import { type Item, isPassed, isRejected, type Passed } from './sources/source.ts';
import type { Watch } from './watch/watch.ts';

/**
 * The data path that `run` and `replay` share, as one ordered list: decode, count what could not be read, note what
 * was seen, evaluate. Synchronous; the same items give the same findings, however they are cut into batches.
 */
export interface Detection {
  /** `streamOf`: where a line comes from, when that is known (live sources). */
  take(items: readonly (Item | Passed)[], streamOf?: (line: Line) => Stream | undefined): readonly Finding[];
  /** Time has moved on although nothing came (live sources only). */
  tick(now: Micros): readonly Finding[];
  /** Takes what was noticed elsewhere (`watch/observation.ts`): discards of Loki, a stale allowlist. */
  notice(events: readonly Event[]): readonly Finding[];
  end(): readonly Finding[];
  readonly lines: number;
  readonly events: number;
  /** Times of the earliest and the latest event. */
  readonly range: { readonly first: Micros; readonly last: Micros } | undefined;
}

export interface DetectionOptions {
  readonly router: Router;
  readonly engine: Engine;
  readonly sightings: Sightings;
  readonly onReject: (reject: Reject) => void;
  /** Every event, before it is evaluated. */
  readonly onEvent?: ((event: Event) => void) | undefined;
  /** Looks at the input as a whole, for the rules of family D. */
  readonly watch?: Watch | undefined;
  /** Events outside are not evaluated; an event without a time always is. */
  readonly since: Micros | undefined;
  readonly until: Micros | undefined;
}

export const createDetection = (options: DetectionOptions): Detection => {
  const { router, engine, sightings, onEvent, watch, since, until } = options;
  let lines = 0;
  let events = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;

  const isOutside = (time: Micros | undefined): boolean =>
    time !== undefined && ((since !== undefined && time < since) || (until !== undefined && time >= until));

  const noteTime = (time: Micros): void => {
    if (time < first) first = time;
    if (time > last) last = time;
  };

  const passOver = ({ passed, file, format, times }: Passed): void => {
    lines += passed;
    events += passed;
    for (const time of times) noteTime(time);
    sightings.pass(format);
    router.passOver(file, format);
  };

  const step = (event: Event): readonly Finding[] => {
    const { time } = event;
    if (isOutside(time)) return [];
    if (time !== undefined) noteTime(time);
    sightings.note(event);
    onEvent?.(event);
    const found = engine.step(event, events++);
    const noticed = watch?.event(event) ?? [];
    return noticed.length === 0 ? found : [...found, ...notice(noticed)];
  };

  /** Not counted as events: nobody sent them. */
  const notice = (noticed: readonly Event[]): readonly Finding[] =>
    noticed.flatMap((event) => engine.step(event, events));

  const rejected = (reject: Reject): readonly Finding[] => {
    options.onReject(reject);
    return watch === undefined ? [] : notice(watch.reject(reject));
  };

  const evaluate = (decoded: Decoded): readonly Finding[] => {
    if (decoded.length === 0) return [];
    const findings: Finding[] = [];
    for (const each of decoded) {
      for (const finding of isReject(each) ? rejected(each) : step(each)) findings.push(finding);
    }
    return findings;
  };

  return {
    take(items, streamOf) {
      const findings: Finding[] = [];
      for (const item of items) {
        if (isPassed(item)) {
          passOver(item);
          continue;
        }
        lines++;
        const found = isRejected(item) ? rejected(item) : evaluate(router.route(item, streamOf?.(item)));
        for (const finding of found) findings.push(finding);
      }
      return findings;
    },
    tick(now) {
      engine.tick(now);
      return watch === undefined ? [] : notice(watch.tick(now));
    },
    notice,
    end: () => [...evaluate(router.end()), ...notice(watch?.end() ?? []), ...engine.end()],
    get lines() {
      return lines;
    },
    get events() {
      return events;
    },
    get range() {
      return first > last ? undefined : { first, last };
    },
  };
};
