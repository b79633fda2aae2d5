import type { Packet } from '../decoders/netfilter-packet.ts';
import { parseAddress } from '../network/address.ts';

/** A packet that opens a connection, or stands for one where the protocol has none. */
export interface Connection {
  readonly src: string;
  readonly dst: string;
  readonly spt: number | undefined;
  /** Undefined for protocols without ports. */
  readonly port: number | undefined;
  readonly proto: string;
}

/** Why a packet opens nothing. */
export type NoConnection = 'not-a-packet' | 'no-address' | 'fragment' | 'reply' | 'icmp-error';

const ECHO_REQUEST = { ICMP: 8, ICMPv6: 128 } as const;
/** Servers answer from low ports; a datagram from one to a high port is taken for an answer. */
const LOWEST_CLIENT_PORT = 1024;

/** Only the first SRC and DST count: the packet inside an ICMP error is chosen by whoever sent the error. */
export const connectionOf = (packet: Packet): Connection | NoConnection => {
  if (packet.event !== 'packet') return 'not-a-packet';
  const { src, dst, spt, dpt, proto } = packet;
  if (src === undefined || dst === undefined || proto === undefined) return 'no-address';
  if (parseAddress(src) === undefined || parseAddress(dst) === undefined) return 'no-address';
  if (packet.fragment !== undefined || packet.incomplete === true) return 'fragment';
  if (proto === 'ICMP' || proto === 'ICMPv6') {
    if (packet.icmpType !== ECHO_REQUEST[proto]) return packet.inner === undefined ? 'reply' : 'icmp-error';
    return { src, dst, spt: undefined, port: undefined, proto };
  }
  const flags = packet.flags ?? [];
  if (proto === 'TCP' && (!flags.includes('SYN') || flags.includes('ACK'))) return 'reply';
  const answers =
    proto === 'UDP' && (spt ?? LOWEST_CLIENT_PORT) < LOWEST_CLIENT_PORT && (dpt ?? 0) >= LOWEST_CLIENT_PORT;
  return answers ? 'reply' : { src, dst, spt, port: dpt, proto };
};
