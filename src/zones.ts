import { createBoundedCache } from './bounded-cache.ts';
import type { Micros } from './event.ts';
import { parseAddress } from './network/address.ts';
import { type Network, parseNetwork } from './network/network.ts';
import { createPrefixIndex, type PrefixIndex } from './network/prefix-index.ts';

/** Named sets of networks. */
export interface Zones {
  readonly names: readonly string[];
  /** True when the answer for an address can change with the time. */
  readonly expires: boolean;
  /**
   * Names of the zones that hold `address`, in the order of `names`. An address that is missing, `UNKNOWN` or does
   * not parse is in none. IPv4-mapped IPv6 counts as IPv4; a zone suffix (`%eth0`) is cut first. The answer for equal
   * input is the same frozen array. `at` is the time of the event: an entry with an `until` counts before it only, and
   * not at all for an event without a time.
   */
  of(address: string | undefined, at?: Micros | undefined): readonly string[];
}

/** One network of a zone. */
export interface ZoneEntry {
  /** CIDR or single address. */
  readonly cidr: string;
  readonly reason?: string | undefined;
  /** The entry counts for events before this moment; for ever when undefined. */
  readonly until?: Micros | undefined;
}

/** An entry that holds an address, for people who ask why. */
export interface ZoneMatch {
  readonly zone: string;
  readonly entry: ZoneEntry;
  /** False when the entry had expired at the time asked for (or no time was given and it expires). */
  readonly counts: boolean;
}

export interface ZoneTable extends Zones {
  /** Every entry that holds `address`, expired ones too, the widest network first. */
  matches(address: string | undefined, at?: Micros | undefined): readonly ZoneMatch[];
  /** Entries of a zone; empty for a name that is no zone. */
  entries(zone: string): readonly ZoneEntry[];
  /** The same zones with the entries of one replaced, or with one more. Shares everything else. */
  with(zone: string, entries: readonly (string | ZoneEntry)[]): ZoneTable;
}

const CACHED_ADDRESSES = 8192;
const NONE: readonly string[] = Object.freeze([]);

/** Throws RangeError for an entry that is no network: callers check what they were given with `parseNetwork`. */
export function createZones(zones: Readonly<Record<string, readonly (string | ZoneEntry)[]>>): ZoneTable {
  const members = Object.entries(zones).flatMap(([zone, entries]) => membersOf(zone, entries));
  const layer = createLayer(members);
  return createTable(Object.keys(zones).map((name) => ({ name, layer })));
}

interface Member {
  readonly zone: string;
  readonly network: Network;
  readonly entry: ZoneEntry;
}

/** One index over several zones. A zone that is replaced gets a layer of its own and is ignored in the old one. */
interface Layer {
  readonly members: readonly Member[];
  readonly index: PrefixIndex<Member>;
}

interface Zone {
  readonly name: string;
  readonly layer: Layer;
}

function membersOf(zone: string, entries: readonly (string | ZoneEntry)[]): readonly Member[] {
  return entries.map((given) => {
    const entry = typeof given === 'string' ? { cidr: given } : given;
    const network = parseNetwork(entry.cidr);
    if ('problem' in network) throw new RangeError(`zone ${zone}: ${network.problem}`);
    return { zone, network, entry };
  });
}

const createLayer = (members: readonly Member[]): Layer => ({
  members,
  index: createPrefixIndex(members.map((member) => [member.network, member] as const)),
});

function createTable(zones: readonly Zone[]): ZoneTable {
  const layers = [...new Set(zones.map((zone) => zone.layer))];
  const owner = new Map(zones.map((zone) => [zone.name, zone.layer]));
  const names = Object.freeze(zones.map((zone) => zone.name));
  const cache = createBoundedCache<string, readonly Member[]>(CACHED_ADDRESSES);
  const answerOf = createAnswers(names);

  const membersHolding = (address: string | undefined): readonly Member[] => {
    if (address === undefined) return [];
    const cached = cache.get(address);
    if (cached !== undefined) return cached;
    const parsed = parseAddress(address);
    if (parsed === undefined) return [];
    const found = layers.flatMap((layer) =>
      layer.index.holding(parsed).filter((member) => owner.get(member.zone) === layer),
    );
    cache.set(address, found);
    return found;
  };

  return {
    names,
    expires: layers.some(({ members }) => members.some(({ entry }) => entry.until !== undefined)),
    of: (address, at) => answerOf(membersHolding(address), at),
    matches: (address, at) =>
      membersHolding(address).map(({ zone, entry }) => ({ zone, entry, counts: countsAt(entry, at) })),
    entries: (zone) =>
      (owner.get(zone)?.members ?? []).filter((member) => member.zone === zone).map(({ entry }) => entry),
    with: (name, entries) => {
      const zone = { name, layer: createLayer(membersOf(name, entries)) };
      return createTable(
        owner.has(name) ? zones.map((other) => (other.name === name ? zone : other)) : [...zones, zone],
      );
    },
  };
}

const countsAt = ({ until }: ZoneEntry, at: Micros | undefined): boolean =>
  until === undefined || (at !== undefined && at < until);

/** Gives the same frozen array for the same set of zones, so that callers may compare and cache by identity. */
function createAnswers(
  names: readonly string[],
): (members: readonly Member[], at: Micros | undefined) => readonly string[] {
  const answers = new Map<string, readonly string[]>();
  const byMembers = new WeakMap<readonly Member[], readonly string[]>();
  return (members, at) => {
    if (members.length === 0) return NONE;
    const known = byMembers.get(members);
    if (known !== undefined) return known;
    const holding = new Set(members.filter(({ entry }) => countsAt(entry, at)).map(({ zone }) => zone));
    const list = names.filter((name) => holding.has(name));
    const key = JSON.stringify(list);
    const answer = answers.get(key) ?? Object.freeze(list);
    answers.set(key, answer);
    if (members.every(({ entry }) => entry.until === undefined)) byMembers.set(members, answer);
    return answer;
  };
}
