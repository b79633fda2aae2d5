import type { Alert } from '../alert.ts';
import type { Micros } from '../event.ts';
import { compareSeverity, type Finding, type Severity } from '../finding.ts';

export interface Grouping {
  /** The alert that `finding` belongs to, it included. Findings come in event time, late ones whenever they come. */
  step(finding: Finding): Alert;
  /** Open alerts dropped at the limit so far: their next finding opens a new alert, so none is hidden. */
  readonly evicted: number;
}

interface Open {
  count: number;
  severity: Severity;
  /** Event time of the newest finding; undefined while none had a time. */
  last: Micros | undefined;
  readonly quietPeriod: Micros;
}

/** An alert that was open when the detector stopped. */
export interface OpenAlert {
  readonly key: string;
  readonly rule: string;
  readonly count: number;
  readonly severity: Severity;
  readonly last: Micros | undefined;
}

export interface GroupingOptions {
  quietPeriodMsOf(rule: string): number;
  /** Goes on with these, the one that was opened first at the front. */
  readonly restored?: readonly OpenAlert[];
  /** Alerts remembered at once; a key is chosen by whoever writes the log. */
  readonly limit?: number;
}

/**
 * Findings with the same key are one alert until its rule's quiet period has passed without one: at exactly that
 * distance the next finding opens a new alert. A finding without time joins the open alert of its key.
 */
export function createGrouping({
  quietPeriodMsOf,
  restored = [],
  limit = 100_000,
}: GroupingOptions): Grouping {
  const open = new Map<string, Open>();
  for (const { key, rule, count, severity, last } of restored) {
    open.set(key, { count, severity, last, quietPeriod: quietPeriodMsOf(rule) * 1000 });
  }
  let evicted = 0;

  const start = ({ key, rule, severity, time }: Finding): Alert => {
    // Deleted first, so that the map stays in the order in which alerts were opened.
    open.delete(key);
    open.set(key, { count: 1, severity, last: time, quietPeriod: quietPeriodMsOf(rule) * 1000 });
    if (open.size > limit) evicted += makeRoom(open, limit, time);
    return { key, state: 'new', count: 1, severity, before: undefined };
  };

  const join = (alert: Open, { key, severity, time }: Finding): Alert => {
    const before = alert.severity;
    const raised = compareSeverity(severity, before) > 0;
    if (raised) alert.severity = severity;
    alert.count += 1;
    alert.last = later(alert.last, time);
    const state = raised ? 'raised' : 'repeat';
    return { key, state, count: alert.count, severity: alert.severity, before };
  };

  return {
    step(finding) {
      const alert = open.get(finding.key);
      return alert === undefined || isOver(alert, finding.time) ? start(finding) : join(alert, finding);
    },
    get evicted() {
      return evicted;
    },
  };
}

const isOver = ({ last, quietPeriod }: Open, now: Micros | undefined): boolean =>
  last !== undefined && now !== undefined && now - last >= quietPeriod;

const later = (a: Micros | undefined, b: Micros | undefined): Micros | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

/**
 * Drops alerts that are over, then those whose newest finding is oldest, until a tenth is free: the cost of sorting is
 * spread over the alerts that fill it again. Returns how many open ones had to go.
 */
function makeRoom(open: Map<string, Open>, limit: number, now: Micros | undefined): number {
  for (const [key, alert] of open) if (isOver(alert, now)) open.delete(key);
  const surplus = open.size - Math.floor(limit * 0.9);
  if (surplus <= 0) return 0;
  const oldestFirst = [...open].sort(([, a], [, b]) => (a.last ?? 0) - (b.last ?? 0));
  for (const [key] of oldestFirst.slice(0, surplus)) open.delete(key);
  return surplus;
}
