import { formatAddress } from '../../network/address.ts';

const TCP = 6;
const UDP = 17;

const NAMES: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6', 2: 'IGMP' };

/** The start of an IP packet as tcpdump -v prints it, without what its sender chose to put inside. */
export const ipText = (ip: Buffer): string => {
  const version = (ip[0] ?? 0) >> 4;
  if (version === 4 && ip.length >= 20) return v4Text(ip);
  return version === 6 && ip.length >= 40 ? v6Text(ip) : '';
};

const v4Text = (ip: Buffer): string => {
  const proto = ip[9] ?? 0;
  const offset = (ip.readUInt16BE(6) & 0x1fff) * 8;
  const about = `(ttl ${ip[8]}, offset ${offset}, proto ${nameOf(proto)} (${proto}), length ${ip.readUInt16BE(2)})`;
  const ends = { src: v4(ip, 12), dst: v4(ip, 16) };
  const body = offset === 0 ? ip.subarray(((ip[0] ?? 0) & 15) * 4) : Buffer.alloc(0); // later fragments have no ports
  return `${about} ${endsText(ends, proto, body)}`;
};

const v6Text = (ip: Buffer): string => {
  const { proto, body } = upperLayer(ip);
  const about = `(hlim ${ip[7]}, proto ${nameOf(proto)} (${proto}), length ${ip.readUInt16BE(4) + 40})`;
  return `${about} ${endsText({ src: v6(ip, 8), dst: v6(ip, 24) }, proto, body)}`;
};

interface Upper {
  readonly proto: number;
  readonly body: Buffer;
}

/** Hop-by-hop, routing, destination options; and the fragment header, behind which only a first fragment has ports. */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60]);
const FRAGMENT = 44;
const MOST_EXTENSIONS = 8;

const upperLayer = (ip: Buffer): Upper => {
  let proto = ip[6] ?? 0;
  let at = 40;
  for (let seen = 0; seen < MOST_EXTENSIONS && at + 8 <= ip.length; seen += 1) {
    if (proto === FRAGMENT) {
      const later = (ip.readUInt16BE(at + 2) & 0xfff8) !== 0;
      proto = ip[at] ?? 0;
      if (later) return { proto, body: Buffer.alloc(0) };
      at += 8;
    } else if (EXTENSIONS.has(proto)) {
      proto = ip[at] ?? 0;
      at += ((ip[at + 1] ?? 0) + 1) * 8;
    } else break;
  }
  return { proto, body: ip.subarray(at) };
};

const nameOf = (proto: number): string => NAMES[proto] ?? String(proto);

const v4 = (ip: Buffer, at: number): string => formatAddress({ family: 4, value: ip.readUInt32BE(at) });

const v6 = (ip: Buffer, at: number): string =>
  formatAddress({ family: 6, value: BigInt(`0x${ip.toString('hex', at, at + 16)}`) });

interface Ends {
  readonly src: string;
  readonly dst: string;
}

const FLAGS: readonly (readonly [number, string])[] = [
  [1, 'F'],
  [2, 'S'],
  [4, 'R'],
  [8, 'P'],
  [16, '.'],
];

const endsText = ({ src, dst }: Ends, proto: number, body: Buffer): string => {
  if ((proto !== TCP && proto !== UDP) || body.length < 4) return `${src} > ${dst}:`;
  const ends = `${src}.${body.readUInt16BE(0)} > ${dst}.${body.readUInt16BE(2)}:`;
  const bits = body[13];
  if (proto === UDP || bits === undefined) return ends;
  const flags = FLAGS.filter(([bit]) => (bits & bit) !== 0).map(([, letter]) => letter);
  return `${ends} Flags [${flags.join('') || 'none'}]`;
};
