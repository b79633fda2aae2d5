import { describe, expect, test } from 'vitest';
import { createNetfilter } from '../../src/decoders/netfilter.ts';
import { aContext, aLine, fieldsOf, oneEvent, rejects } from '../support/lines.ts';

const netfilter = createNetfilter(aContext());
const ALL = Object.keys(netfilter.fields).filter((name) => name.startsWith('packet.'));
const read = (text: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fieldsOf(netfilter, text, ALL)).map(([name, value]) => [name.slice(7), value]),
  );

const LINK = 'IN=cali7f3c0a1b2d4 OUT=eth0 MAC=ee:ee:ee:ee:ee:ee:72:45:5b:79:8f:2b:08:00 ';
const IP = 'SRC=10.10.5.21 DST=203.0.113.80 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=34071 DF ';
const TCP = 'PROTO=TCP SPT=53720 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0 ';
const link = {
  in: 'cali7f3c0a1b2d4',
  out: 'eth0',
  mac: 'ee:ee:ee:ee:ee:ee:72:45:5b:79:8f:2b:08:00',
  mac_dst: 'ee:ee:ee:ee:ee:ee',
  mac_src: '72:45:5b:79:8f:2b',
};
const packet = { event: 'packet', incomplete: false };

describe('packets', () => {
  test('of TCP', () => {
    expect(read(`calico-packet: ${LINK}${IP}${TCP}`)).toEqual({
      ...packet,
      ...link,
      prefix: 'calico-packet: ',
      src: '10.10.5.21',
      dst: '203.0.113.80',
      len: 60,
      ttl: 63,
      id: 34071,
      proto: 'TCP',
      spt: 53720,
      dpt: 443,
      flags: ['DF', 'SYN'],
    });
  });

  test.each([
    { name: 'a flag', tail: 'WINDOW=501 RES=0x00 ACK PSH FIN URGP=0 ', flags: ['DF', 'ACK', 'PSH', 'FIN'] },
    {
      name: 'a number',
      tail: 'SEQ=2853565861 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0 ',
      flags: ['DF', 'SYN'],
    },
    {
      name: 'both',
      tail: 'SEQ=1 ACK=2 WINDOW=64240 RES=0x00 ECE ACK SYN URGP=0 ',
      flags: ['DF', 'ECE', 'ACK', 'SYN'],
    },
  ])('tell ACK as $name', ({ tail, flags }) => {
    expect(read(`${LINK}${IP}PROTO=TCP SPT=1 DPT=2 ${tail}`)).toMatchObject({ flags, spt: 1, dpt: 2 });
  });

  test('of UDP have two lengths', () => {
    expect(read(`${LINK}${IP}PROTO=UDP SPT=41230 DPT=53 LEN=28 `)).toMatchObject({
      len: 60,
      udp_len: 28,
      dpt: 53,
    });
  });

  test('of an ICMP echo have two ids', () => {
    expect(read(`${LINK}${IP}PROTO=ICMP TYPE=8 CODE=0 ID=11953 SEQ=1 `)).toMatchObject({
      id: 34071,
      icmp_id: 11953,
      icmp_type: 8,
      icmp_code: 0,
    });
  });

  test.each([
    { name: 'behind the outer keys', tail: '] ' },
    { name: 'before an MTU', tail: '] MTU=1400 ', mtu: 1400 },
    { name: 'cut before its bracket closes', tail: '' },
  ])('that are ICMP errors keep the packet that they answer apart: $name', ({ tail, mtu }) => {
    const inner =
      '[SRC=10.10.5.34 DST=198.51.100.99 LEN=48 TOS=0x00 PREC=0x00 TTL=63 ID=11110 DF PROTO=UDP SPT=41230 DPT=53 LEN=28 ';
    const outer =
      'IN=eth0 OUT=cali7 SRC=198.51.100.53 DST=10.10.5.21 LEN=76 TOS=0x00 PREC=0xC0 TTL=61 ID=10071 PROTO=ICMP TYPE=3 CODE=4 ';
    expect(read(outer + inner + tail)).toEqual({
      ...packet,
      prefix: '',
      in: 'eth0',
      out: 'cali7',
      src: '198.51.100.53',
      dst: '10.10.5.21',
      len: 76,
      ttl: 61,
      id: 10071,
      proto: 'ICMP',
      icmp_type: 3,
      icmp_code: 4,
      flags: [],
      ...(mtu === undefined ? {} : { mtu }),
      'inner.src': '10.10.5.34',
      'inner.dst': '198.51.100.99',
      'inner.spt': 41230,
      'inner.dpt': 53,
      'inner.proto': 'UDP',
    });
  });

  test('of IPv6 have a hop limit and no id of their own', () => {
    const text =
      'IN=cali7 OUT=eth0 SRC=fd00:0010:0005:0000:0000:0000:0000:0021 DST=2001:0db8:0053:0000:0000:0000:0000:0053 LEN=104 TC=0 HOPLIMIT=63 FLOWLBL=650234 PROTO=ICMPv6 TYPE=128 CODE=0 ID=12358 SEQ=1 ';
    const told = read(text);
    expect(told).toMatchObject({
      src: 'fd00:0010:0005:0000:0000:0000:0000:0021',
      ttl: 63,
      proto: 'ICMPv6',
      icmp_id: 12358,
    });
    expect(told).not.toHaveProperty('id');
  });

  test.each([
    {
      name: 'a later fragment',
      text: `${LINK}${IP}FRAG:185 PROTO=UDP `,
      told: { fragment: 185, proto: 'UDP', incomplete: false },
    },
    {
      name: 'an IPv6 fragment',
      text: `${LINK}SRC=::1 DST=::2 LEN=60 TC=0 HOPLIMIT=1 FLOWLBL=0 FRAG:185 INCOMPLETE ID:0000abcd PROTO=UDP `,
      told: { fragment: 185, incomplete: true },
    },
    {
      name: 'a short header',
      text: `${LINK}${IP}PROTO=TCP INCOMPLETE [8 bytes] `,
      told: { incomplete: true, proto: 'TCP' },
    },
    { name: 'no header', text: `${LINK}TRUNCATED`, told: { incomplete: true } },
  ])('without ports are $name', ({ text, told }) => {
    const read_ = read(text);
    expect(read_).toMatchObject({ event: 'packet', ...told });
    expect(read_).not.toHaveProperty('dpt');
    expect(read_).not.toHaveProperty('inner.src');
  });

  test.each([
    {
      name: 'owner and mark',
      text: `IN= OUT=eth0 ${IP}${TCP}UID=1000 GID=100 MARK=0xff00 `,
      told: { uid: 1000, gid: 100, mark: '0xff00', out: 'eth0' },
    },
    {
      name: 'a decoded link layer',
      text: `IN=eth0 OUT= MACSRC=aa:aa:aa:aa:aa:aa MACDST=bb:bb:bb:bb:bb:bb MACPROTO=0800 ${IP}${TCP}`,
      told: { mac_src: 'aa:aa:aa:aa:aa:aa', mac_dst: 'bb:bb:bb:bb:bb:bb' },
    },
    {
      name: 'a tunnel',
      text: `IN=sit0 OUT= MAC=45:00 TUNNEL=192.0.2.1->192.0.2.2 ${IP}${TCP}`,
      told: { tunnel: '192.0.2.1->192.0.2.2', mac: '45:00' },
    },
    {
      name: 'bridge ports',
      text: `IN=br0 OUT=br0 PHYSIN=a PHYSOUT=b ${IP}${TCP}`,
      told: { in: 'br0', physin: 'a', physout: 'b' },
    },
    { name: 'an unknown protocol', text: `${LINK}${IP}PROTO=47 `, told: { proto: '47' } },
  ])('say $name', ({ text, told }) => {
    expect(read(text)).toMatchObject(told);
  });

  test.each([
    {
      name: 'UFW',
      text: `Oct 30 10:09:23 vm-1 kernel: [UFW BLOCK] IN=lo OUT= ${IP}${TCP}`,
      prefix: '[UFW BLOCK] ',
    },
    {
      name: 'OpenWRT',
      text: `Nov 18 13:39:49 OpenWRT kernel: [10051.313745] DROP(src wan)IN=eth0 OUT= ${IP}${TCP}`,
      prefix: 'DROP(src wan)',
    },
    {
      name: 'Ubiquiti',
      text: `Jun 13 23:29:15 UDMP-DTC [WAN_LOCAL-D-2147483647] DESCR="[WAN_LOCAL]Block All Traffic" IN=eth8 OUT= SRC=10.10.5.21 DST=1.1.1.1 LEN=122 TOS=00 PROTO=TCP SPT=38451 DPT=54329 `,
      prefix: '[WAN_LOCAL-D-2147483647] DESCR="[WAN_LOCAL]Block All Traffic" ',
    },
    {
      name: 'Proxmox on the way out',
      text: `0 3 PVEFW-HOST-OUT 20/Jun/2022:13:09:14 +0200 policy DROP: OUT=vmbr0 ${IP}${TCP}`,
      prefix: '0 3 PVEFW-HOST-OUT 20/Jun/2022:13:09:14 +0200 policy DROP: ',
    },
    {
      name: 'a prefix where the tag stands',
      text: `Nov 21 09:40:46 worker-1 calico-packet: ${LINK}${IP}${TCP}`,
      prefix: 'calico-packet: ',
    },
    {
      name: 'a key that somebody edited',
      text: `Jun  8 14:34:33 sd kernel: [50028442.088484] XX=enp1s0 OUT= ${IP}${TCP}`,
      prefix: 'XX=enp1s0 ',
    },
  ])('are known in the shape of $name', ({ text, prefix }) => {
    expect(read(text)).toMatchObject({ event: 'packet', prefix, src: '10.10.5.21' });
  });

  test('of Proxmox take the stamp in the prefix', () => {
    const event = oneEvent(netfilter, `0 3 X 20/Jun/2022:13:09:14 +0200 policy DROP: IN=vmbr0 ${IP}${TCP}`);
    expect(event.time).toBe(Date.UTC(2022, 5, 20, 11, 9, 14) * 1000);
  });

  test('say who by the source address and its zones', () => {
    const event = oneEvent(netfilter, `${LINK}${IP}${TCP}`);
    expect(event).toMatchObject({
      actor: undefined,
      peer: '10.10.5.21',
      object: '203.0.113.80',
      outcome: 'unknown',
    });
    expect(netfilter.fields['net.zones']?.read(event)).toEqual(['pods']);
  });
});

describe('other lines of the kernel', () => {
  test.each([
    {
      name: 'a martian source',
      text: 'IPv4: martian source 10.10.5.34 from 10.10.5.21, on dev eth0',
      told: { event: 'martian', dst: '10.10.5.34', src: '10.10.5.21', in: 'eth0' },
    },
    {
      name: 'a martian destination',
      text: 'IPv4: martian destination 0.0.0.0 from 10.10.5.21, dev eth0',
      told: { event: 'martian', dst: '0.0.0.0', src: '10.10.5.21', in: 'eth0' },
    },
    {
      name: 'a martian behind a host',
      text: 'Nov 21 09:40:46 w1 IPv4: martian source 10.10.5.34 from 10.10.5.21, on dev eth0',
      told: { event: 'martian', dst: '10.10.5.34', src: '10.10.5.21', in: 'eth0', host: 'w1' },
    },
    {
      name: 'its second line',
      text: 'll header: 00000000: d2 93 c5 66 15 a8 9a c9 e5 19 4e 2c 08 00',
      told: {
        event: 'll_header',
        mac: 'd2:93:c5:66:15:a8:9a:c9:e5:19:4e:2c:08:00',
        mac_dst: 'd2:93:c5:66:15:a8',
        mac_src: '9a:c9:e5:19:4e:2c',
      },
    },
    {
      name: 'ARP',
      text: 'IN=eth0 OUT= ARP HTYPE=1 PTYPE=0x0800 OPCODE=1 MACSRC=aa:aa:aa:aa:aa:aa IPSRC=10.10.5.1 MACDST=00:00:00:00:00:00 IPDST=10.10.5.2 ',
      told: {
        event: 'arp',
        prefix: '',
        in: 'eth0',
        src: '10.10.5.1',
        dst: '10.10.5.2',
        mac_src: 'aa:aa:aa:aa:aa:aa',
        mac_dst: '00:00:00:00:00:00',
        flags: [],
        incomplete: false,
      },
    },
    { name: 'anything else', text: 'device eth0 entered promiscuous mode', told: { event: 'other' } },
    { name: 'keys without addresses', text: 'IN=eth0 OUT=', told: { event: 'other' } },
  ])('are read: $name', ({ text, told }) => {
    expect(read(text)).toEqual(told);
  });

  test.each([
    {
      name: 'under another tag',
      text: `Nov 21 09:56:02 pve-01 sudo:   deploy : COMMAND=/bin/echo ${LINK}${IP}${TCP}`,
    },
    { name: 'under another tag with a pid', text: `Nov 21 09:56:02 pve-01 logger[4]: ${LINK}${IP}${TCP}` },
    { name: 'far behind the start of the line', text: `${'x'.repeat(400)} ${LINK}${IP}${TCP}` },
  ])('are not packets that somebody typed $name', ({ text }) => {
    expect(read(text)['event']).toBe('other');
  });

  test('are rejected when they are documents of another sort', () => {
    expect(rejects(netfilter.decode(aLine('{"kind":"Event"}'), 's'))).toMatchObject([
      { reason: 'other-kind' },
    ]);
  });
});

test('equal packets are one event at one time and two at two times', () => {
  const keyOf = (time: number, number: number): string =>
    oneEvent(netfilter, aLine(`${LINK}${IP}${TCP}`, { time, number })).occurrence.key;
  expect(keyOf(5, 2)).toBe(keyOf(5, 1));
  expect(keyOf(6, 2)).not.toBe(keyOf(5, 1));
});
