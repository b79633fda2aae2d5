import { type Micros, SECOND } from '../event.ts';
import { parseAddress } from '../network/address.ts';
import type { Flow } from './profile.ts';

/** Whether what was seen of a namespace is enough to refuse everything else. */
export interface Readiness {
  readonly namespace: string;
  readonly state: 'ready' | 'thin' | 'unfit';
  readonly days: number;
  readonly flows: number;
  readonly connections: number;
  /** Flows that were seen on one day only: a weekly job looks like this until it has run twice. */
  readonly single: number;
  readonly reasons: readonly string[];
}

const DAY: Micros = 86_400 * SECOND;
/** Two weeks hold every weekly job twice. */
const ENOUGH_DAYS = 14;
/** More networks than this are no list that a person could read: BitTorrent, a crawler, a mail server. */
const MOST_NETWORKS = 100;

export const readinessOf = (namespace: string, flows: readonly Flow[]): Readiness => {
  const own = flows.filter((flow) => flow.namespace === namespace);
  const first = own.reduce((earliest, flow) => Math.min(earliest, flow.first), Number.POSITIVE_INFINITY);
  const last = own.reduce((latest, flow) => Math.max(latest, flow.last), 0);
  const days = own.length === 0 ? 0 : (last - first) / DAY;
  const single = own.filter((flow) => flow.days.length === 1).length;
  const networks = new Set(own.filter(({ target }) => target === undefined).map(networkOf)).size;
  const spread = networks > MOST_NETWORKS;
  const reasons = [
    ...(spread ? [`${networks} networks outside: no list will ever be whole`] : []),
    ...(days < ENOUGH_DAYS
      ? [`seen for ${days.toFixed(1)} days, ${ENOUGH_DAYS} hold a weekly job twice`]
      : []),
    ...(single > 0 ? [`${single} of ${own.length} entries rest on a single day`] : []),
  ];
  return {
    namespace,
    state: spread ? 'unfit' : reasons.length > 0 ? 'thin' : 'ready',
    days: Math.round(days * 10) / 10,
    flows: own.length,
    connections: own.reduce((sum, { count }) => sum + count, 0),
    single,
    reasons,
  };
};

/** All namespaces, the thinnest first. */
export const readinessTable = (flows: readonly Flow[]): readonly Readiness[] =>
  [...new Set(flows.map(({ namespace }) => namespace))]
    .map((namespace) => readinessOf(namespace, flows))
    .sort((a, b) => a.days - b.days || a.connections - b.connections || (a.namespace < b.namespace ? -1 : 1));

const networkOf = ({ destination }: Flow): string => {
  const address = parseAddress(destination);
  return address?.family === 4 ? String(Math.floor(address.value / 256)) : destination;
};
