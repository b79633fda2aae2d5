import type { Program } from '../engine/program.ts';
import type { Event, Micros, Reject } from '../event.ts';
import { createAuditIds } from './audit-ids.ts';
import { createClock } from './clock.ts';
import type { Monitor } from './monitor.ts';
import { type Observation, PipelineEvent } from './observation.ts';
import { createSilence } from './silence.ts';
import { createUnfinished } from './unfinished.ts';
import { createUnreadable } from './unreadable.ts';
import { createUnseen } from './unseen.ts';

/** Looks at the input as a whole and gives events for the rules of family D. */
export interface Watch {
  event(event: Event): readonly Event[];
  reject(reject: Reject): readonly Event[];
  tick(now: Micros): readonly Event[];
  end(): readonly Event[];
}

export interface WatchOptions {
  readonly programs: readonly Program[];
  readonly lateness: Micros;
  /** By stream. */
  readonly longestSilence?: ReadonlyMap<string, Micros> | undefined;
}

export const createWatch = ({ programs, lateness, longestSilence }: WatchOptions): Watch => {
  const monitors: readonly Monitor[] = [
    createSilence({ longest: longestSilence ?? new Map() }),
    createUnreadable(),
    createClock({ lateness }),
    createAuditIds(),
    createUnfinished(),
    createUnseen(programs),
  ];
  const onEvent = monitors.flatMap(({ event }) => event ?? []);
  const onReject = monitors.flatMap(({ reject }) => reject ?? []);
  const onTick = monitors.flatMap(({ tick }) => tick ?? []);
  const onEnd = monitors.flatMap(({ end }) => end ?? []);
  return {
    event(event) {
      let found: Event[] | undefined;
      for (const look of onEvent) {
        const observed = look(event);
        if (observed.length > 0) found = [...(found ?? []), ...observed.map(toEvent)];
      }
      return found ?? NONE;
    },
    reject: (reject) => onReject.flatMap((look) => look(reject)).map(toEvent),
    tick: (now) => onTick.flatMap((look) => look(now)).map(toEvent),
    end: () => onEnd.flatMap((look) => look()).map(toEvent),
  };
};

const NONE: readonly Event[] = [];

export const toEvent = (observation: Observation): Event => new PipelineEvent(observation);
