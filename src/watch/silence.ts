import { type Event, type Micros, SECOND } from '../event.ts';
import type { Monitor } from './monitor.ts';
import { NOTHING } from './monitor.ts';
import { noLine, type Observation } from './observation.ts';

export interface SilenceOptions {
  /** Configured longest silence by stream; for others the longest that the stream ever had counts. */
  readonly longest: ReadonlyMap<string, Micros>;
}

interface Stream {
  lines: number;
  newest: Micros;
  /** Longest pause so far. */
  pause: Micros;
  silent: boolean;
  /** Lines came since the last tick: a backlog is old, and no silence. */
  active: boolean;
  /** Latest tick at which lines had come. */
  heard: Micros;
}

/** Lines before the habits of a stream are known. */
const ENOUGH = 50;
const SHORTEST: Micros = 120 * SECOND;
const MOST_STREAMS = 1_000;

/** D1: a stream is silent longer than it ever was, or than configured. Told when it is noticed, once a silence. */
export const createSilence = ({ longest }: SilenceOptions): Monitor => {
  const streams = new Map<string, Stream>();

  const limitOf = (name: string, stream: Stream): Micros | undefined => {
    const configured = longest.get(name);
    if (configured !== undefined) return configured;
    return stream.lines < ENOUGH ? undefined : Math.max(SHORTEST, stream.pause * 1.5);
  };

  const told = (
    name: string,
    stream: Stream,
    until: Micros,
    event: Event | undefined,
  ): readonly Observation[] => {
    const limit = limitOf(name, stream);
    const since = event === undefined ? Math.max(stream.newest, stream.heard) : stream.newest;
    if (stream.silent || limit === undefined || until - since <= limit) return NOTHING;
    stream.silent = true;
    return [
      {
        kind: 'silent',
        stream: name,
        line: event?.line ?? noLine(name),
        time: event === undefined ? until : stream.newest + limit,
        subject: name,
        facts: {
          reason: longest.has(name) ? 'longer-than-configured' : 'longer-than-ever',
          seconds: Math.round((until - since) / SECOND),
          usual_seconds: Math.round((longest.get(name) ?? stream.pause) / SECOND),
        },
      },
    ];
  };

  return {
    event(event) {
      const time = event.line.time ?? event.time;
      if (time === undefined) return NOTHING;
      const known = streams.get(event.stream);
      if (known === undefined) {
        if (streams.size < MOST_STREAMS)
          streams.set(event.stream, {
            lines: 1,
            newest: time,
            pause: 0,
            silent: false,
            active: true,
            heard: time,
          });
        return NOTHING;
      }
      known.lines++;
      known.active = true;
      if (time <= known.newest) return NOTHING;
      const observed = told(event.stream, known, time, event);
      // A silence that was told is the exception, not a new habit.
      if (!known.silent) known.pause = Math.max(known.pause, time - known.newest);
      known.newest = time;
      known.silent = false;
      return observed;
    },
    tick(now) {
      // A stream that never had a line is silent too, once it is known that it should have some.
      for (const name of longest.keys())
        if (!streams.has(name))
          streams.set(name, { lines: 0, newest: now, pause: 0, silent: false, active: false, heard: now });
      return [...streams].flatMap(([name, stream]) => {
        if (stream.active) stream.heard = now;
        stream.active = false;
        return told(name, stream, now, undefined);
      });
    },
  };
};
