import type { Address } from './address.ts';
import type { Network } from './network.ts';

/** Values by network: a look-up costs one hash access for each prefix length in use, however many networks there are. */
export interface PrefixIndex<T> {
  /** Values of all networks that hold `address`, the widest network first, then in the order of insertion. */
  holding(address: Address): readonly T[];
}

export function createPrefixIndex<T>(entries: Iterable<readonly [Network, T]>): PrefixIndex<T> {
  const ipv4 = new Map<number, Map<number, T[]>>();
  const ipv6 = new Map<number, Map<bigint, T[]>>();
  for (const [{ base, prefix }, value] of entries) {
    if (base.family === 4) add(ipv4, prefix, keyOf4(base.value, prefix), value);
    else add(ipv6, prefix, keyOf6(base.value, prefix), value);
  }
  const levels4 = sorted(ipv4);
  const levels6 = sorted(ipv6);
  return {
    holding: (address) =>
      address.family === 4
        ? levels4.flatMap(([prefix, byKey]) => byKey.get(keyOf4(address.value, prefix)) ?? [])
        : levels6.flatMap(([prefix, byKey]) => byKey.get(keyOf6(address.value, prefix)) ?? []),
  };
}

const keyOf4 = (value: number, prefix: number): number => Math.floor(value / 2 ** (32 - prefix));
const keyOf6 = (value: bigint, prefix: number): bigint => value >> BigInt(128 - prefix);

function add<K, T>(levels: Map<number, Map<K, T[]>>, prefix: number, key: K, value: T): void {
  let byKey = levels.get(prefix);
  if (byKey === undefined) {
    byKey = new Map();
    levels.set(prefix, byKey);
  }
  const values = byKey.get(key);
  if (values === undefined) byKey.set(key, [value]);
  else values.push(value);
}

const sorted = <K, T>(levels: Map<number, Map<K, T[]>>): readonly (readonly [number, Map<K, T[]>])[] =>
  [...levels].sort(([a], [b]) => a - b);
