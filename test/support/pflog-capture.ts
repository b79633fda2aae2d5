/** Layouts of `struct pfloghdr`: its length and the family of IPv6. */
export const PFLOG_LAYOUTS = [
  { name: 'OpenBSD', length: 100, inet6: 24 },
  { name: 'FreeBSD', length: 69, inet6: 28 },
  { name: 'older FreeBSD', length: 61, inet6: 28 },
] as const;

export interface Logged {
  readonly length: number;
  readonly family: number;
  readonly action: number;
  readonly direction: number;
  readonly rule: number;
  readonly anchor?: string;
  readonly ip: Buffer;
}

/** The header that pf puts before a logged packet. */
export const pflogHeader = ({
  length,
  family,
  action,
  direction,
  rule,
  anchor = '',
}: Omit<Logged, 'ip'>): Buffer => {
  const header = Buffer.alloc((length + 3) & ~3);
  header.writeUInt8(length, 0);
  header.writeUInt8(family, 1);
  header.writeUInt8(action, 2);
  header.write('em0', 4, 'latin1');
  header.write(anchor, 20, 'latin1');
  header.writeUInt32BE(rule, 36);
  header.writeUInt32BE(anchor === '' ? 0xffffffff : 3, 40);
  header.writeUInt8(direction, 60);
  return header;
};

export const tcp4 = (src: readonly number[], dst: readonly number[], dpt: number): Buffer => {
  const ip = Buffer.alloc(40);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(40, 2);
  ip.writeUInt8(64, 8);
  ip.writeUInt8(6, 9);
  Buffer.from(src).copy(ip, 12);
  Buffer.from(dst).copy(ip, 16);
  ip.writeUInt16BE(40_000, 20);
  ip.writeUInt16BE(dpt, 22);
  ip.writeUInt8(2, 33);
  return ip;
};

/** UDP behind a hop-by-hop header. */
export const udp6 = (dpt: number): Buffer => {
  const ip = Buffer.alloc(56);
  ip.writeUInt8(0x60, 0);
  ip.writeUInt16BE(16, 4);
  ip.writeUInt8(0, 6);
  ip.writeUInt8(255, 7);
  Buffer.from('20010db8000000000000000000000001', 'hex').copy(ip, 8);
  Buffer.from('20010db8000000000000000000000002', 'hex').copy(ip, 24);
  ip.writeUInt8(17, 40);
  ip.writeUInt16BE(5353, 48);
  ip.writeUInt16BE(dpt, 50);
  return ip;
};

export interface CaptureOptions {
  readonly little?: boolean;
  readonly nanos?: boolean;
  readonly linkType?: number;
}

/** A pcap file of packets one second apart, the first at 2026-11-21T12:00:00Z. */
export const captureFile = (packets: readonly Buffer[], options: CaptureOptions = {}): Buffer => {
  const { little = true, nanos = false, linkType = 117 } = options;
  const numbers = (...values: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [at, value] of values.entries())
      if (little) bytes.writeUInt32LE(value, at * 4);
      else bytes.writeUInt32BE(value, at * 4);
    return bytes;
  };
  const start = Date.UTC(2026, 10, 21, 12) / 1000;
  const records = packets.map((packet, at) =>
    Buffer.concat([numbers(start + at, 5, packet.length, packet.length), packet]),
  );
  const magic = nanos ? 0xa1b23c4d : 0xa1b2c3d4;
  return Buffer.concat([numbers(magic, 0x00040002, 0, 0, 65_535, linkType), ...records]);
};
