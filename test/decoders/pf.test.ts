import { describe, expect, test } from 'vitest';
import { isReject } from '../../src/decoders/decoder.ts';
import { detectFormat } from '../../src/decoders/detect.ts';
import { createPf } from '../../src/decoders/pf.ts';
import type { Event, Line } from '../../src/event.ts';
import { parseRfc3339 } from '../../src/time.ts';
import { createZones } from '../../src/zones.ts';
import { absent, readShared } from '../support/shared.ts';

const zones = createZones({ lan: ['10.0.2.0/24'] });
const context = { zones, trustedProxies: createZones({}) };

const lineOf = (text: string, number = 1): Line => ({
  text,
  file: 'pf.log',
  number,
  labels: undefined,
  time: undefined,
  notAfter: parseRfc3339('2026-11-21T12:00:00Z'),
});

const decodeAll = (texts: readonly string[]) => {
  const decoder = createPf(context);
  return {
    decoder,
    decoded: texts.flatMap((text, at) => decoder.decode(lineOf(text, at + 1), 'pf')),
  };
};

const valuesOf = (texts: readonly string[], names: readonly string[]) => {
  const { decoder, decoded } = decodeAll(texts);
  const last = decoded.at(-1);
  if (last === undefined || isReject(last)) return last?.reason;
  return Object.fromEntries(names.map((name) => [name, decoder.fields[name]?.read(last)]));
};

const ENDS = ['pf.action', 'pf.direction', 'pf.src', 'pf.spt', 'pf.dst', 'pf.dpt', 'pf.proto'];
const ends = (...[action, direction, src, spt, dst, dpt, proto]: unknown[]) => ({
  'pf.action': action,
  'pf.direction': direction,
  'pf.src': src,
  'pf.spt': spt,
  'pf.dst': dst,
  'pf.dpt': dpt,
  'pf.proto': proto,
});

describe('a line of pf is read', () => {
  test.each([
    {
      name: 'filterlog, IPv4 and TCP',
      text: 'Sep 28 10:38:24 pfSense filterlog: 53,,,1000102631,em0,match,block,in,4,0x0,,64,600,0,none,6,tcp,44,10.0.2.2,10.0.2.15,53792,22,0,S,31552001,,65535,,mss',
      is: ends('block', 'in', '10.0.2.2', 53792, '10.0.2.15', 22, 'TCP'),
    },
    {
      name: 'filterlog, IPv6 and UDP, whose name stands before its number',
      text: '<134>1 2022-09-06T19:00:06+02:00 opnsense filterlog 57126 - [meta sequenceId="2667099"] 98,,,881dd59a3e942966c90498ac104715a0,re0,match,pass,in,6,0x00,0x0ea87,51,udp,17,73,2008:8a0:702e:ce00:acc6:c7ee:fa01:2f8a,2c02:2454:ada:d900::1738,6881,51918,73',
      is: ends(
        'pass',
        'in',
        '2008:8a0:702e:ce00:acc6:c7ee:fa01:2f8a',
        6881,
        '2c02:2454:ada:d900::1738',
        51918,
        'UDP',
      ),
    },
    {
      name: 'filterlog, ICMP without ports',
      text: 'Jan 22 18:34:00 filterlog: 65,,,0,vmx1,match,pass,out,4,0x0,,63,21011,0,none,1,icmp,56,192.168.105.11,192.168.105.1,datalength=36',
      is: ends('pass', 'out', '192.168.105.11', undefined, '192.168.105.1', undefined, 'ICMP'),
    },
    {
      name: 'filterlog, a later fragment, which has no ports',
      text: 'Jan 22 18:34:00 filterlog: 65,,,0,vmx1,match,pass,out,4,0x0,,63,21011,1480,none,17,udp,56,10.0.2.2,10.0.2.3,1,2,3',
      is: ends('pass', 'out', '10.0.2.2', undefined, '10.0.2.3', undefined, 'UDP'),
    },
    {
      name: 'pflog in one line',
      text: 'rule 5/0(match): block in on em0: 10.0.2.2.53792 > 10.0.2.15.22: Flags [S], seq 1, win 65535, length 0',
      is: ends('block', 'in', '10.0.2.2', 53792, '10.0.2.15', 22, 'TCP'),
    },
    {
      name: "pflog behind tcpdump's clock",
      text: '10:38:24.000001 rule 5/0(match): block in on em0: 10.0.2.2.53792 > 10.0.2.15.22: Flags [S]',
      is: ends('block', 'in', '10.0.2.2', 53792, '10.0.2.15', 22, 'TCP'),
    },
    {
      name: 'pflog behind a date, where `rule` stands in the place of a host',
      text: '2026-11-21 10:38:24.000001 rule 5/0(match): block in on em0: 10.0.2.2.53792 > 10.0.2.15.22: Flags [S]',
      is: ends('block', 'in', '10.0.2.2', 53792, '10.0.2.15', 22, 'TCP'),
    },
    {
      name: 'pflog of OpenBSD behind a traditional stamp, without a colon',
      text: 'Nov 21 10:38:24.000001 rule 2/(match) pass out on em0: 2001:db8::1.40000 > 2001:db8::2.443: S 1:1(0) win 16384',
      is: ends('pass', 'out', '2001:db8::1', 40000, '2001:db8::2', 443, 'TCP'),
    },
    {
      name: 'pflog through syslog, with an anchor, no rule number and an uid',
      text: 'Nov 21 10:38:24 gw pf: rule .ftp-proxy.7/0(match) [uid 71]: rdr fwd on em1: 10.0.2.2 > 10.0.2.15: ICMP echo request, id 1',
      is: ends('rdr', 'fwd', '10.0.2.2', undefined, '10.0.2.15', undefined, 'ICMP'),
    },
    {
      name: 'IPv6 with -v, on one line',
      text: 'rule 1/0(match): block in/out on em0: (hlim 64, next-header UDP (17) payload length: 60) fe80::1.546 > ff02::1:2.547: dhcp6 solicit',
      is: ends('block', 'in/out', 'fe80::1', 546, 'ff02::1:2', 547, 'UDP'),
    },
    {
      name: 'names in the place of addresses are no addresses',
      text: 'rule 1/0(match): block in on em0: evil.example.22 > 10.0.2.15.22: Flags [S]',
      is: ends('block', 'in', undefined, 22, '10.0.2.15', 22, 'TCP'),
    },
    {
      name: 'text behind the addresses cannot change them',
      text: 'rule 1/0(match): block in on em0: 10.0.2.2.53 > 10.0.2.15.9: 1 A? x.rule 1/0(match): pass out on em0: 10.0.2.9.1 > 10.0.2.8.2: (1)',
      is: ends('block', 'in', '10.0.2.2', 53, '10.0.2.15', 9, undefined),
    },
  ])('$name', ({ text, is }) => {
    expect(valuesOf([text], ENDS)).toEqual(is);
    expect(detectFormat(text)).toBe('pf');
  });

  test.each([
    {
      name: 'text of another program',
      text: 'Oct 26 14:50:21 pfSense php-fpm[374]: /index.php: error for user toto',
    },
    {
      name: 'a row that logger wrote',
      text: 'Oct 26 14:50:21 gw root: 5,,,1,em0,match,block,in,4,0x0,,64,1,0,DF,6,tcp,44,10.0.2.2,10.0.2.15,1,22,0',
    },
    {
      name: 'a row with another action',
      text: 'Oct 26 14:50:21 gw filterlog: 5,,,1,em0,match,BLOCK!,in,4,0x0',
    },
    { name: 'a packet without a decision before it', text: '    10.0.2.2.53792 > 10.0.2.15.22: Flags [S]' },
  ])('not $name', ({ text }) => {
    expect(valuesOf([text], ENDS)).toBe('other-kind');
  });
});

describe('tcpdump -v', () => {
  const HEAD =
    '10:38:24.000001 rule 5.anchor.3/0(match): block in on em0: (tos 0x0, ttl 63, id 1, offset 0, flags [DF], proto TCP (6), length 60)';
  const PACKET = '    10.0.2.2.53792 > 10.0.2.15.22: Flags [S], cksum 0x1 (correct), seq 1, length 0';

  test('takes decision and packet from two lines, and evaluates the second', () => {
    const { decoded, decoder } = decodeAll([HEAD, PACKET]);
    const [first, second] = decoded as readonly Event[]; // both are lines of pf
    expect([first?.evaluated, second?.evaluated]).toEqual([false, true]);
    const read = (name: string) => (second === undefined ? undefined : decoder.fields[name]?.read(second));
    expect([read('pf.action'), read('pf.rule'), read('pf.anchor'), read('pf.subrule')]).toEqual([
      'block',
      5,
      'anchor',
      3,
    ]);
    expect([read('pf.src'), read('pf.dpt'), read('pf.ttl'), read('pf.proto')]).toEqual([
      '10.0.2.2',
      22,
      63,
      'TCP',
    ]);
  });

  test('does not join lines that do not follow each other', () => {
    expect(valuesOf([HEAD, HEAD.replace('anchor', 'other'), 'noise', PACKET], ENDS)).toBe('other-kind');
  });
});

describe.skipIf(absent('corpus/pf') !== undefined)('lines of real firewalls', () => {
  const rows = (path: string) =>
    readShared(path)
      .split('\n')
      .filter((text) => /filterlog/.test(text));

  test.each([
    'corpus/pf/crowdsec/pf-logs.log',
    'corpus/pf/crowdsec/pf-scan-multi-port.log',
    'corpus/pf/crowdsec/pfsense-rfc5424-filterlog.log',
    'corpus/pf/lines/wazuh-pfsense.log',
  ])('all of %s have addresses, and ports where TCP and UDP have them', (path) => {
    const texts = rows(path);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) {
      const values = valuesOf([text], [...ENDS, 'event.time', 'pf.tracker']);
      expect(values, text).toBeTypeOf('object');
      const {
        'pf.src': src,
        'pf.dst': dst,
        'pf.proto': proto,
        'pf.dpt': port,
      } = values as Record<string, unknown>; // an object by the line above
      expect(src, text).toBeTypeOf('string');
      expect(dst, text).toBeTypeOf('string');
      expect(port === undefined, text).toBe(proto !== 'TCP' && proto !== 'UDP');
    }
  });
});
