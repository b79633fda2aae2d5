import { createBoundedCache } from '../bounded-cache.ts';
import { type Micros, SECOND } from '../event.ts';
import type { Connection } from './connection.ts';
import type { Owner } from './pods.ts';

/** Where a workload connects to, and when it did. */
export interface Flow extends Owner {
  readonly destination: string;
  /** The pod behind the address, where it is one. */
  readonly target: Owner | undefined;
  readonly port: number | undefined;
  readonly proto: string;
  readonly count: number;
  readonly first: Micros;
  readonly last: Micros;
  /** Days since 1970, ascending. */
  readonly days: readonly number[];
  /** Hours of the day (UTC), ascending. */
  readonly hours: readonly number[];
}

export interface Profile {
  /** Says whether the connection is a new one, the repeat of one, or more than what is kept. */
  observe(connection: Connection, ends: Ends, time: Micros): 'counted' | 'retransmit' | 'overflow';
  flows(): readonly Flow[];
}

export interface Ends {
  readonly from: Owner;
  readonly to: Owner | undefined;
}

interface Kept extends Omit<Flow, 'days' | 'hours'> {
  count: number;
  first: Micros;
  last: Micros;
  readonly days: Set<number>;
  hours: number;
}

const DAY = 86_400 * SECOND;
const HOUR = 3_600 * SECOND;
/** Linux sends a SYN again after 1, 3, 7, 15, 31 and 63 s; with the same ports it is the same connection. */
const RETRANSMIT: Micros = 130 * SECOND;
const REMEMBERED = 65_536;

/** Memory is bounded by the distinct (workload, destination, port), and those by `most`. */
export const createProfile = (most = 200_000): Profile => {
  const kept = new Map<string, Kept>();
  const recent = createBoundedCache<string, Micros>(REMEMBERED);

  const isRepeat = ({ src, spt, dst, port, proto }: Connection, time: Micros): boolean => {
    if (spt === undefined) return false;
    const tuple = `${proto} ${src} ${spt} ${dst} ${port}`;
    const before = recent.get(tuple);
    recent.set(tuple, Math.max(time, before ?? time));
    return before !== undefined && Math.abs(time - before) <= RETRANSMIT;
  };

  return {
    observe(connection, { from, to }, time) {
      if (isRepeat(connection, time)) return 'retransmit';
      const { dst, port, proto } = connection;
      const end = to === undefined ? dst : `${to.namespace}/${to.workload}`;
      const key = `${from.namespace}/${from.workload} ${end} ${port ?? ''} ${proto}`;
      const flow = kept.get(key) ?? begun({ ...from, destination: end, target: to, port, proto }, time);
      if (flow.count === 0 && kept.size >= most) return 'overflow';
      kept.set(key, flow);
      flow.count += 1;
      flow.first = Math.min(flow.first, time);
      flow.last = Math.max(flow.last, time);
      flow.days.add(Math.floor(time / DAY));
      flow.hours |= 1 << (Math.floor(time / HOUR) % 24);
      return 'counted';
    },
    flows: () => [...kept.values()].map(shown).sort(byPlace),
  };
};

type Place = Pick<Flow, 'namespace' | 'workload' | 'destination' | 'target' | 'port' | 'proto'>;

const begun = (place: Place, time: Micros): Kept => ({
  ...place,
  count: 0,
  first: time,
  last: time,
  days: new Set(),
  hours: 0,
});

const shown = ({ days, hours, ...flow }: Kept): Flow => ({
  ...flow,
  days: [...days].sort((a, b) => a - b),
  hours: Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => (hours & (1 << hour)) !== 0),
});

const placeOf = (flow: Flow): string =>
  [flow.namespace, flow.workload, flow.destination, flow.proto, String(flow.port ?? 0).padStart(5, '0')].join(
    ' ',
  );

const byPlace = (a: Flow, b: Flow): number => (placeOf(a) < placeOf(b) ? -1 : 1);
