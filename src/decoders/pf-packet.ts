import { parseAddress } from '../network/address.ts';

/** What pf decided about one packet, and what it logged of it. */
export interface PfPacket {
  readonly from: 'filterlog' | 'pflog';
  /** `block`, `pass`, `match`, `nat`, `rdr`, … */
  readonly action: string;
  /** `in`, `out`, `in/out`, `fwd`. */
  readonly direction: string;
  readonly interface: string;
  readonly reason: string;
  readonly rule?: number | undefined;
  readonly anchor?: string | undefined;
  readonly subrule?: number | undefined;
  /** A number (pfSense), 32 hexadecimal digits or an UUID (OPNsense). */
  readonly tracker?: string | undefined;
  readonly src?: string | undefined;
  readonly dst?: string | undefined;
  readonly spt?: number | undefined;
  readonly dpt?: number | undefined;
  /** `TCP`, `UDP`, `ICMP`, `ICMPv6`, … or a number. */
  readonly proto?: string | undefined;
  /** As tcpdump and filterlog write them: `S`, `SA`, `S.`. */
  readonly flags?: string | undefined;
  readonly len?: number | undefined;
  readonly ttl?: number | undefined;
}

/** An address, or undefined: tcpdump without -n writes names, which whoever owns the address chooses. */
export const addressIn = (text: string | undefined): string | undefined =>
  text !== undefined && parseAddress(text) !== undefined ? text : undefined;

export const numberIn = (text: string | undefined, most = 4_294_967_295): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : undefined;

const MOST_PORT = 65_535;

export const portIn = (text: string | undefined): number | undefined => numberIn(text, MOST_PORT);

const SPELLED: Readonly<Record<string, string>> = {
  icmp6: 'ICMPv6',
  icmpv6: 'ICMPv6',
  'ipv6-icmp': 'ICMPv6',
};

/** One spelling of a protocol for all sources: the kernel's. */
export const protocolIn = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : (SPELLED[text.toLowerCase()] ?? text.toUpperCase());
