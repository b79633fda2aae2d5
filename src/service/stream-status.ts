import type { Micros } from '../event.ts';
import type { LiveEvent, Stretch } from '../sources/live.ts';

/** What is known of one stream, for the status page, `/api/v1/status` and metrics. Plain data. */
export interface StreamStatus {
  readonly name: string;
  readonly up: boolean;
  /** Why it cannot be read; undefined while it can. */
  readonly trouble: string | undefined;
  readonly lines: number;
  readonly lateLines: number;
  readonly rejects: number;
  /** Wall clock of the newest line read. */
  readonly lastReadMs: number | undefined;
  /** Time of the newest event. */
  readonly newest: Micros | undefined;
  /** Everything before was read and evaluated, but for the gaps. Milliseconds since 1970. */
  readonly provenToMs: number | undefined;
  readonly gaps: readonly Stretch[];
  /** Findings in lines that came late or were read to close a gap. */
  readonly lateFindings: number;
  /** Lines that are there and cannot be read. */
  readonly unreadable: number;
}

export interface StreamTracker {
  see(event: LiveEvent, nowMs: number): void;
  sawEvent(time: Micros): void;
  rejected(): void;
  foundLate(findings: number): void;
  readonly status: StreamStatus;
}

export const createStreamTracker = (name: string): StreamTracker => {
  let status: StreamStatus = {
    name,
    up: true,
    trouble: undefined,
    lines: 0,
    lateLines: 0,
    rejects: 0,
    lastReadMs: undefined,
    newest: undefined,
    provenToMs: undefined,
    gaps: [],
    lateFindings: 0,
    unreadable: 0,
  };
  return {
    see(event, nowMs) {
      status = { ...status, ...changeBy(status, event, nowMs) };
    },
    sawEvent(time) {
      if (status.newest === undefined || time > status.newest) status = { ...status, newest: time };
    },
    rejected() {
      status = { ...status, rejects: status.rejects + 1 };
    },
    foundLate(findings) {
      status = { ...status, lateFindings: status.lateFindings + findings };
    },
    get status() {
      return status;
    },
  };
};

/** The tail only makes it fast; sweeps and backfills are tried again. */
export const isEssential = (part: string): boolean => part === 'poll' || part === 'file';

const changeBy = (status: StreamStatus, event: LiveEvent, nowMs: number): Partial<StreamStatus> => {
  switch (event.type) {
    case 'lines': {
      const late = event.origin === 'late' ? event.items.length : 0;
      return {
        lines: status.lines + event.items.length,
        lateLines: status.lateLines + late,
        lastReadMs: nowMs,
      };
    }
    case 'checkpoint':
      return { provenToMs: provenTo(event.proven) };
    case 'gap-opened':
      return { gaps: [...status.gaps, event.gap] };
    case 'gap-closed':
      return { gaps: status.gaps.filter((gap) => gap.from !== event.gap.from) };
    case 'trouble':
      return isEssential(event.part) ? { up: false, trouble: `${event.part}: ${event.reason}` } : {};
    case 'recovered':
      return isEssential(event.part) ? { up: true, trouble: undefined } : {};
    case 'unreadable':
      return { unreadable: status.unreadable + 1, trouble: event.reason };
  }
};

/** Files have no ranges of time: what is there has been read. */
const provenTo = (proven: readonly Stretch[]): number | undefined => {
  const last = proven.at(-1);
  return last === undefined ? undefined : Number(last.to / 1_000_000n);
};
