import ipaddr from 'ipaddr.js';

/** An address as a number, so that networks can be looked up by prefix. */
export type Address =
  | { readonly family: 4; readonly value: number }
  | { readonly family: 6; readonly value: bigint };

/** The longest IPv6 text has 45 characters; the rest is room for a zone suffix. */
const MAX_LENGTH = 120;

// ipaddr.js also reads what inet_aton reads (10.1, 0x0a000001, 010.0.0.1): other programs do not, so two readers of
// one line would disagree about where it came from.
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^[0-9A-Fa-f:]+$/;
const ZONE_SUFFIX = /%[^\s%]+$/;
const MAPPED = 0xffffn;

/**
 * Reads four-part decimal IPv4 and RFC 4291 IPv6, and nothing else. IPv4-mapped IPv6 is IPv4; a zone suffix
 * (`%eth0`) is cut. Undefined for everything else: missing, `UNKNOWN`, with port, with blanks, octal, hex, short.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const bare = text.replace(ZONE_SUFFIX, '');
  if (IPV4.test(bare)) return { family: 4, value: ipv4Value(bare) };
  const value = ipv6Value(bare);
  if (value === undefined) return undefined;
  return value >> 32n === MAPPED ? { family: 4, value: Number(value & 0xffffffffn) } : { family: 6, value };
}

const ipv4Value = (text: string): number =>
  ipaddr.IPv4.parse(text).octets.reduce((value, octet) => value * 256 + octet, 0);

/** The 128 bits as written: `::ffff:10.0.0.1` is not turned into IPv4. */
export function ipv6Value(text: string): bigint | undefined {
  const groups = withoutDots(text);
  if (groups === undefined || !IPV6.test(groups) || !ipaddr.IPv6.isValid(groups)) return undefined;
  return ipaddr.IPv6.parse(groups).parts.reduce((value, part) => (value << 16n) | BigInt(part), 0n);
}

/** `::ffff:10.0.0.1` as `::ffff:a00:1`: ipaddr.js takes `::10.0.0.1` for a mapped address, and it is none. */
function withoutDots(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const tail = text.slice(start);
  if (!IPV4.test(tail)) return undefined;
  const value = ipv4Value(tail);
  return `${text.slice(0, start)}${Math.floor(value / 65536).toString(16)}:${(value % 65536).toString(16)}`;
}

/** Canonical text: dotted decimal, or RFC 5952. */
export function formatAddress(address: Address): string {
  if (address.family === 4) {
    return [24, 16, 8, 0].map((shift) => (address.value >>> shift) & 255).join('.');
  }
  const parts = [7n, 6n, 5n, 4n, 3n, 2n, 1n, 0n].map((group) =>
    Number((address.value >> (group * 16n)) & 0xffffn),
  );
  return new ipaddr.IPv6(parts).toRFC5952String();
}
