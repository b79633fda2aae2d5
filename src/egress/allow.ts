import { formatAddress, parseAddress } from '../network/address.ts';
import { formatNetwork } from '../network/network.ts';
import type { Flow } from './profile.ts';

/** One thing that a policy admits, and what it rests on. */
export interface Allowed {
  readonly to: { readonly cidr: string } | { readonly namespace: string };
  readonly port: number | undefined;
  readonly proto: string;
  readonly count: number;
  /** Why it admits more than what was seen; undefined when it does not. */
  readonly widened: string | undefined;
  readonly workloads: readonly string[];
}

/** Hosts of one /24 at one port that are admitted as a network. */
export const DENSE = 4;

/**
 * What a namespace's policy admits: exactly what was seen, widened by two rules that every entry names. A pod is
 * admitted by its namespace, since its address will change; a /24 in which several hosts were used is admitted whole.
 */
export const allowedOf = (flows: readonly Flow[], dense = DENSE): readonly Allowed[] => {
  const inside = grouped(
    flows.filter(({ target }) => target !== undefined),
    ({ target }) => target?.namespace ?? '',
  );
  const outside = grouped(
    flows.filter(({ target }) => target === undefined),
    ({ destination }) => netOf(destination),
  );
  return [
    ...inside.map(({ end, flows: same }) =>
      entry(same, { namespace: end }, `any pod of the namespace ${end}: addresses of pods change`),
    ),
    ...outside.flatMap(({ end, flows: same }) => {
      const hosts = new Set(same.map(({ destination }) => destination));
      if (hosts.size >= dense && end.endsWith('/24'))
        return [entry(same, { cidr: end }, `${hosts.size} hosts of ${end} were seen`)];
      return grouped(same, ({ destination }) => destination).map(({ end: host, flows: one }) =>
        entry(one, { cidr: hostOf(host) }, undefined),
      );
    }),
  ];
};

interface Group {
  readonly end: string;
  readonly flows: readonly Flow[];
}

const grouped = (flows: readonly Flow[], endOf: (flow: Flow) => string): readonly Group[] => {
  const groups = new Map<string, { end: string; flows: Flow[] }>();
  for (const flow of flows) {
    const end = endOf(flow);
    const key = `${end} ${flow.proto} ${flow.port}`;
    const group = groups.get(key) ?? { end, flows: [] };
    group.flows.push(flow);
    groups.set(key, group);
  }
  return [...groups.values()];
};

const entry = (flows: readonly Flow[], to: Allowed['to'], widened: string | undefined): Allowed => ({
  to,
  port: flows[0]?.port,
  proto: flows[0]?.proto ?? '',
  count: flows.reduce((sum, { count }) => sum + count, 0),
  widened,
  workloads: [...new Set(flows.map(({ workload }) => workload))].sort(),
});

const netOf = (host: string): string => {
  const address = parseAddress(host);
  if (address?.family !== 4) return hostOf(host);
  return formatNetwork({ base: { family: 4, value: Math.floor(address.value / 256) * 256 }, prefix: 24 });
};

const hostOf = (host: string): string => {
  const address = parseAddress(host);
  if (address === undefined) throw new RangeError(`${host} is no address`); // connectionOf gives none
  return `${formatAddress(address)}/${address.family === 4 ? 32 : 128}`;
};
