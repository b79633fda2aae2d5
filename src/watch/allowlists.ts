import type { Config } from '../config/config.ts';
import type { Micros } from '../event.ts';
import { parseNetwork } from '../network/network.ts';
import { formatRfc3339 } from '../time.ts';
import { noLine, type Observation } from './observation.ts';

const WIDEST_V4 = 8;
const WIDEST_V6 = 16;

/** D9: entries of zones and lists that let too much through, or that have expired. */
export const allowlistTrouble = (config: Config, at: Micros): readonly Observation[] => [
  ...config.zones.names.flatMap((zone) =>
    config.zones
      .entries(zone)
      .flatMap(({ cidr, until }) => [
        ...(isBroad(cidr)
          ? [entry(zone, cidr, 'broad', 'it takes in a large part of the internet', at)]
          : []),
        ...expired(zone, cidr, until, at),
      ]),
  ),
  ...[...config.lists].flatMap(([list, entries]) =>
    entries.flatMap(({ value, until }) => [
      ...(/^\**$/.test(value) ? [entry(list, value, 'broad', 'it matches everything', at)] : []),
      ...expired(list, value, until, at),
    ]),
  ),
];

const isBroad = (cidr: string): boolean => {
  const network = parseNetwork(cidr);
  if ('problem' in network) return false;
  const bits = Number(/\/(\d+)$/.exec(cidr)?.[1] ?? 128);
  return bits < (cidr.includes(':') ? WIDEST_V6 : WIDEST_V4);
};

const expired = (
  list: string,
  text: string,
  until: Micros | undefined,
  at: Micros,
): readonly Observation[] =>
  until === undefined || at < until
    ? []
    : [entry(list, text, 'expired', `it counts no more since ${formatRfc3339(until)}`, at)];

const entry = (list: string, text: string, reason: string, detail: string, at: Micros): Observation => ({
  kind: 'allowlist',
  stream: 'configuration',
  line: noLine('configuration'),
  time: at,
  subject: `${list}: ${text}`,
  facts: { reason, detail },
});
