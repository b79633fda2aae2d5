import type { Event, Line, Micros, Occurrence } from '../event.ts';
import type { DecodeContext, Decoded, Decoder, DerivedField } from './decoder.ts';
import { duplicateOf, hostOf } from './identity.ts';
import { type Packet, readPacket } from './netfilter-packet.ts';
import { findCommonLogTime } from './stamp.ts';
import { readSyslog, type Syslog } from './syslog.ts';

/** Decodes lines of the kernel's packet log (iptables LOG, nftables log, Calico), with any header or none. */
export const createNetfilter = (context: DecodeContext): Decoder => ({
  format: 'netfilter',
  fields: fieldsOf(context),
  decode: (line, stream) => decode(line, stream),
});

const decode = (line: Line, stream: string): Decoded => {
  const header = readSyslog(line);
  return 'reason' in header ? [{ line, ...header }] : [new PacketEvent(line, stream, header)];
};

class PacketEvent implements Event {
  readonly format = 'netfilter';
  readonly evaluated = true;
  readonly opens = false;
  readonly actor = undefined;
  readonly namespace = undefined;
  /** A LOG statement does not say what the next one does. */
  readonly outcome = 'unknown';
  readonly line: Line;
  readonly stream: string;
  readonly text: string;
  readonly time: Micros | undefined;
  /** The header, whose `message` rules can read beside the declared fields. */
  readonly doc: Syslog;
  readonly packet: Packet;

  constructor(line: Line, stream: string, header: Syslog) {
    this.line = line;
    this.stream = stream;
    this.text = line.text;
    this.doc = header;
    this.packet = readPacket(header);
    // Proxmox writes its stamp into the prefix
    const stamped = header.from === 'message' ? findCommonLogTime(this.packet.prefix ?? '') : undefined;
    this.time = stamped ?? header.time;
  }

  get peer(): string | undefined {
    return this.packet.src;
  }

  get object(): string | undefined {
    return this.packet.dst;
  }

  get occurrence(): Occurrence {
    return duplicateOf(this.line, this.stream, this.time);
  }
}

/** The packet of an event of this decoder; undefined for other events. */
export const packetOf = (event: Event): Packet | undefined =>
  event instanceof PacketEvent ? event.packet : undefined;

const field = (
  type: DerivedField['type'],
  about: string,
  read: (packet: Packet, event: PacketEvent) => unknown,
): DerivedField => ({
  type,
  about,
  read: (event: Event) => {
    const own = event as PacketEvent; // a decoder's fields are only called with its own events
    return read(own.packet, own);
  },
});

const fieldsOf = ({ zones }: DecodeContext): Decoder['fields'] => ({
  'event.time': field(
    'number',
    "the line's own stamp, else the record's, in microseconds since 1970",
    (_, e) => e.time,
  ),
  'event.object': field('string', 'the destination address', (_, e) => e.object),
  'net.peer': field('string', 'the source address', (_, e) => e.peer),
  'net.zones': field('list', 'names of the zones that hold the source', (_, e) => zones.of(e.peer, e.time)),
  ...PACKET_FIELDS,
});

const PACKET_FIELDS: Decoder['fields'] = {
  'packet.event': field('string', 'packet, martian, ll_header, arp or other', (p) => p.event),
  'packet.prefix': field(
    'string',
    "the log statement's text before the packet, e.g. `calico-packet: `",
    (p) => p.prefix,
  ),
  'packet.host': field('string', 'the host of the header, else of the stream labels', (_, e) =>
    hostOf(e.doc, e.line),
  ),
  'packet.src': field('string', 'source address; of a martian, too', (p) => p.src),
  'packet.dst': field('string', 'destination address', (p) => p.dst),
  'packet.spt': field('number', 'source port', (p) => p.spt),
  'packet.dpt': field('number', 'destination port', (p) => p.dpt),
  'packet.proto': field('string', 'TCP, UDP, ICMP, ICMPv6, … or a number', (p) => p.proto),
  'packet.in': field('string', 'interface the packet came in by', (p) => p.in),
  'packet.out': field('string', 'interface the packet goes out by', (p) => p.out),
  'packet.physin': field('string', 'bridge port the packet came in by', (p) => p.physin),
  'packet.physout': field('string', 'bridge port the packet goes out by', (p) => p.physout),
  'packet.ttl': field('number', 'TTL, or the hop limit of IPv6', (p) => p.ttl),
  'packet.len': field('number', 'length of the whole packet in bytes', (p) => p.len),
  'packet.udp_len': field('number', 'length of UDP header and data in bytes', (p) => p.udpLen),
  'packet.id': field('number', 'identification of the IPv4 packet', (p) => p.id),
  'packet.icmp_id': field('number', 'identifier of an ICMP echo', (p) => p.icmpId),
  'packet.icmp_type': field('number', 'ICMP type', (p) => p.icmpType),
  'packet.icmp_code': field('number', 'ICMP code', (p) => p.icmpCode),
  'packet.flags': field('list', 'DF, MF, CE and the TCP flags that are set', (p) => p.flags),
  'packet.fragment': field(
    'number',
    'offset of a fragment that is not the first: it has no ports',
    (p) => p.fragment,
  ),
  'packet.incomplete': field('boolean', 'too short to hold what its headers promise', (p) => p.incomplete),
  'packet.mac': field('string', 'link-layer header as logged', (p) => p.mac),
  'packet.mac_src': field('string', 'source of the link layer', (p) => p.macSrc),
  'packet.mac_dst': field('string', 'destination of the link layer', (p) => p.macDst),
  'packet.tunnel': field('string', 'outer addresses of a sit tunnel: `a->b`', (p) => p.tunnel),
  'packet.uid': field('number', 'user id of the local sender', (p) => p.uid),
  'packet.gid': field('number', 'group id of the local sender', (p) => p.gid),
  'packet.mark': field('string', 'firewall mark, as logged', (p) => p.mark),
  'packet.mtu': field('number', 'MTU that an ICMP error asks for', (p) => p.mtu),
  'packet.inner.src': field('string', 'source of the packet that an ICMP error answers', (p) => p.inner?.src),
  'packet.inner.dst': field('string', 'destination of that packet', (p) => p.inner?.dst),
  'packet.inner.spt': field('number', 'source port of that packet', (p) => p.inner?.spt),
  'packet.inner.dpt': field('number', 'destination port of that packet', (p) => p.inner?.dpt),
  'packet.inner.proto': field('string', 'protocol of that packet', (p) => p.inner?.proto),
};
