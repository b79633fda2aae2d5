import { type Address, formatAddress, ipv6Value, parseAddress } from './address.ts';

/** A network: the bits of `base` below `prefix` are zero. */
export interface Network {
  readonly base: Address;
  readonly prefix: number;
}

/** What is wrong with the text of a network, and what would be valid. */
export interface NetworkProblem {
  readonly problem: string;
}

const PREFIX = /^(?:0|[1-9]\d{0,2})$/;
const VALID = 'valid: 10.0.20.0/22, 192.0.2.7, 2001:db8::/32';

/**
 * Reads a CIDR or a single address, as strictly as addresses are read. `::ffff:10.0.0.0/104` is 10.0.0.0/8. Bits
 * below the prefix are refused: `10.0.20.5/22` may mean one address or a thousand, and a guess would trust the wrong one.
 */
export function parseNetwork(text: string): Network | NetworkProblem {
  const slash = text.indexOf('/');
  const addressText = slash < 0 ? text : text.slice(0, slash);
  const given = addressText.includes('%') ? undefined : parseAddress(addressText);
  if (given === undefined) return { problem: `${quote(text)} is no network; ${VALID}` };
  const bits = given.family === 4 ? 32 : 128;
  if (slash < 0) return { base: given, prefix: bits };
  const prefix = prefixOf(text.slice(slash + 1), given, addressText);
  if (prefix === undefined) {
    return { problem: `${quote(text)} needs a prefix length of 0 to ${bits} after the slash; ${VALID}` };
  }
  const base = truncate(given, prefix);
  if (base.value === given.value) return { base, prefix };
  const meant = `${formatAddress(base)}/${prefix}`;
  return {
    problem: `${quote(text)} has bits set behind its prefix; the network is ${meant}, the single address ${formatAddress(given)}/${bits}`,
  };
}

const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function prefixOf(text: string, address: Address, addressText: string): number | undefined {
  if (!PREFIX.test(text)) return undefined;
  const mapped = address.family === 4 && ipv6Value(addressText) !== undefined;
  const prefix = Number(text) - (mapped ? 96 : 0);
  return prefix >= 0 && prefix <= (address.family === 4 ? 32 : 128) ? prefix : undefined;
}

function truncate(address: Address, prefix: number): Address {
  if (address.family === 4) {
    const size = 2 ** (32 - prefix);
    return { family: 4, value: Math.floor(address.value / size) * size };
  }
  const shift = BigInt(128 - prefix);
  return { family: 6, value: (address.value >> shift) << shift };
}

export const holds = ({ base, prefix }: Network, address: Address): boolean =>
  base.family === address.family && truncate(address, prefix).value === base.value;

export const formatNetwork = ({ base, prefix }: Network): string => `${formatAddress(base)}/${prefix}`;
