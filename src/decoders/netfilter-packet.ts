import type { Syslog } from './syslog.ts';

/** What one line of the kernel's packet log says. */
export interface Packet {
  readonly event: 'packet' | 'martian' | 'll_header' | 'arp' | 'other';
  /** The log statement's own text before `IN=`, as configured: `calico-packet: `. */
  readonly prefix?: string | undefined;
  readonly src?: string | undefined;
  readonly dst?: string | undefined;
  readonly spt?: number | undefined;
  readonly dpt?: number | undefined;
  /** `TCP`, `UDP`, `ICMP`, `ICMPv6`, `AH`, `ESP`, … or a number. */
  readonly proto?: string | undefined;
  readonly in?: string | undefined;
  readonly out?: string | undefined;
  readonly physin?: string | undefined;
  readonly physout?: string | undefined;
  /** TTL, or the hop limit of IPv6. */
  readonly ttl?: number | undefined;
  /** Of the whole packet, in bytes. */
  readonly len?: number | undefined;
  /** Of UDP header and data: the second `LEN=`. */
  readonly udpLen?: number | undefined;
  readonly id?: number | undefined;
  /** Of an echo: the second `ID=`. */
  readonly icmpId?: number | undefined;
  readonly icmpType?: number | undefined;
  readonly icmpCode?: number | undefined;
  /** `DF`, `MF`, `CE`, and TCP's `SYN`, `ACK`, …; a number after `ACK=` is no flag. */
  readonly flags?: readonly string[] | undefined;
  /** Offset of a fragment that is not the first: such a packet has no ports. */
  readonly fragment?: number | undefined;
  /** The packet was too short to hold what its headers promise. */
  readonly incomplete?: boolean | undefined;
  readonly mac?: string | undefined;
  readonly macSrc?: string | undefined;
  readonly macDst?: string | undefined;
  readonly tunnel?: string | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly mark?: string | undefined;
  readonly mtu?: number | undefined;
  /** The packet that an ICMP error answers, chosen by the error's sender. */
  readonly inner?: Packet | undefined;
}

/** The kernel writes at most 1 KiB a packet. */
const LONGEST = 4096;
/** iptables cuts prefixes at 29 characters, nftables at 127; Ubiquiti and Proxmox write more. */
const LONGEST_PREFIX = 300;

const MARTIAN =
  /^(?:IPv4: )?martian (?:source|destination) ([^\s,]{1,64}) from ([^\s,]{1,64}),(?: on)? dev (\S{1,64})/;
const LL_HEADER = /^ll header: (?:[\da-f]{8}: )?([\da-f]{2}(?:[ :][\da-f]{2}){0,63})/;

export const readPacket = (header: Syslog): Packet => {
  const kernel = header.tag === undefined || header.tag === 'kernel';
  const message = kernel ? header.message : `${header.tag}: ${header.message}`; // a prefix can look like a tag
  const martian = MARTIAN.exec(message);
  // the kernel prints the destination first
  if (martian !== null) return { event: 'martian', dst: martian[1], src: martian[2], in: martian[3] };
  const link = LL_HEADER.exec(message);
  if (link?.[1] !== undefined) return readLinkHeader(link[1].replaceAll(' ', ':'));
  const start = packetStart(message);
  // behind a tag of another program (sudo, logger) stands text that somebody typed
  const typed =
    !kernel && (header.pid !== undefined || message.slice(0, start).trimEnd() !== `${header.tag}:`);
  if (start === undefined || typed) return { event: 'other' };
  return { ...readDump(message.slice(start, start + LONGEST)), prefix: message.slice(0, start) };
};

/** Where `IN=` (or `OUT=`, on Proxmox' way out) begins; undefined when no addresses follow. */
const packetStart = (message: string): number | undefined => {
  const head = message.slice(0, LONGEST_PREFIX);
  const match = /(?<![A-Z])(?:IN|OUT)=/.exec(head);
  if (match === null) return undefined;
  return /(?<![A-Z])(?:SRC|IPSRC)=| ARP HTYPE=| TRUNCATED/.test(
    message.slice(match.index, match.index + LONGEST),
  )
    ? match.index
    : undefined;
};

/** Cuts the packet that an ICMP error carries out of the dump: `… CODE=4 [SRC=… ] MTU=1400`. */
const readDump = (dump: string): Packet => {
  const open = /\[(?=[A-Z])/.exec(dump)?.index;
  if (open === undefined) return readKeys(dump);
  const close = dump.lastIndexOf(']');
  const end = close > open ? close : dump.length;
  const inner = readKeys(dump.slice(open + 1, end));
  return { ...readKeys(`${dump.slice(0, open)} ${dump.slice(end + 1)}`), inner };
};

const FLAG = new Set(['DF', 'MF', 'CE', 'AE', 'CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN']);

const readKeys = (dump: string): Packet => {
  const words = dump.split(' ');
  const values = readValues(words);
  const arp = words.includes('ARP');
  const version4 = values.first.has('TTL');
  const mac = textAt(values, 'MAC');
  return {
    event: arp ? 'arp' : 'packet',
    src: textAt(values, arp ? 'IPSRC' : 'SRC'),
    dst: textAt(values, arp ? 'IPDST' : 'DST'),
    spt: numberAt(values, 'SPT'),
    dpt: numberAt(values, 'DPT'),
    proto: textAt(values, 'PROTO'),
    in: textAt(values, 'IN'),
    out: textAt(values, 'OUT'),
    physin: textAt(values, 'PHYSIN'),
    physout: textAt(values, 'PHYSOUT'),
    ttl: numberAt(values, version4 ? 'TTL' : 'HOPLIMIT'),
    len: numberAt(values, 'LEN'),
    udpLen: numberAt(values, 'LEN', 'second'),
    // IPv6 has no ID of its own, so that the first one there is the echo's
    id: version4 ? numberAt(values, 'ID') : undefined,
    icmpId: numberAt(values, 'ID', version4 ? 'second' : 'first'),
    icmpType: numberAt(values, 'TYPE'),
    icmpCode: numberAt(values, 'CODE'),
    flags: words.filter((word) => FLAG.has(word)),
    fragment: fragmentOf(words),
    incomplete: words.some((word) => word.startsWith('INCOMPLETE') || word.startsWith('TRUNCATED')),
    mac,
    macSrc: macSource(mac) ?? textAt(values, 'MACSRC'),
    macDst: macDestination(mac) ?? textAt(values, 'MACDST'),
    tunnel: textAt(values, 'TUNNEL'),
    uid: numberAt(values, 'UID'),
    gid: numberAt(values, 'GID'),
    mark: textAt(values, 'MARK'),
    mtu: numberAt(values, 'MTU'),
  };
};

/** `LEN` and `ID` occur twice with two meanings; whatever comes later than that is not the kernel's. */
interface Values {
  readonly first: ReadonlyMap<string, string>;
  readonly second: ReadonlyMap<string, string>;
}

const readValues = (words: readonly string[]): Values => {
  const first = new Map<string, string>();
  const second = new Map<string, string>();
  for (const word of words) {
    const cut = word.indexOf('=');
    if (cut <= 0) continue;
    const key = word.slice(0, cut);
    if (!first.has(key)) first.set(key, word.slice(cut + 1));
    else if (!second.has(key)) second.set(key, word.slice(cut + 1));
  }
  return { first, second };
};

const textAt = (values: Values, key: string, nth: keyof Values = 'first'): string | undefined =>
  values[nth].get(key) || undefined;

const numberAt = (values: Values, key: string, nth: keyof Values = 'first'): number | undefined => {
  const text = textAt(values, key, nth);
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
};

/** Destination, source, type, as Ethernet has them; other links have other lengths. */
const ETHERNET = /^(?:[\da-f]{2}:){13}/;

const macDestination = (mac: string | undefined): string | undefined =>
  mac !== undefined && ETHERNET.test(mac) ? mac.slice(0, 17) : undefined;

const macSource = (mac: string | undefined): string | undefined =>
  mac !== undefined && ETHERNET.test(mac) ? mac.slice(18, 35) : undefined;

const readLinkHeader = (mac: string): Packet => ({
  event: 'll_header',
  mac,
  macSrc: macSource(mac),
  macDst: macDestination(mac),
});

const fragmentOf = (words: readonly string[]): number | undefined => {
  const word = words.find((candidate) => /^FRAG:\d{1,5}$/.test(candidate));
  return word === undefined ? undefined : Number(word.slice(5));
};
