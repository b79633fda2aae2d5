import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { SECOND } from '../src/event.ts';
import { createZones } from '../src/zones.ts';

const zones = createZones({
  lan: ['10.0.20.0/22', '192.168.1.0/24'],
  terraform: ['10.0.20.5'],
  loopback: ['127.0.0.0/8', '::1/128'],
  tailnet: ['fd7a:115c:a1e0::/48', '::ffff:100.64.0.0/106'],
});

describe('zones', () => {
  test.each([
    { name: 'the first address of a network', address: '10.0.20.0', expected: ['lan'] },
    { name: 'the last address of a network', address: '10.0.23.255', expected: ['lan'] },
    { name: 'the address behind a network', address: '10.0.24.0', expected: [] },
    { name: 'the address before a network', address: '10.0.19.255', expected: [] },
    {
      name: 'an address in two zones, in the order of names',
      address: '10.0.20.5',
      expected: ['lan', 'terraform'],
    },
    { name: 'mapped, dotted', address: '::ffff:10.0.20.5', expected: ['lan', 'terraform'] },
    { name: 'mapped, hexadecimal', address: '::FFFF:a00:1405', expected: ['lan', 'terraform'] },
    { name: 'mapped, uncompressed', address: '0:0:0:0:0:ffff:0a00:1405', expected: ['lan', 'terraform'] },
    { name: 'IPv6 uncompressed', address: '0000:0000:0000:0000:0000:0000:0000:0001', expected: ['loopback'] },
    { name: 'IPv6 with a zone suffix', address: 'fd7a:115c:a1e0::7%eth0', expected: ['tailnet'] },
    { name: 'IPv4 with a zone suffix', address: '10.0.20.5%eth0', expected: ['lan', 'terraform'] },
    { name: 'a network written as mapped', address: '100.100.1.2', expected: ['tailnet'] },
    { name: 'missing', address: undefined, expected: [] },
    { name: 'empty', address: '', expected: [] },
    { name: 'UNKNOWN', address: 'UNKNOWN', expected: [] },
    { name: 'inet_aton with two parts', address: '127.1', expected: [] },
    { name: 'hexadecimal IPv4', address: '0x7f000001', expected: [] },
    { name: 'decimal IPv4', address: '2130706433', expected: [] },
    { name: 'octal IPv4', address: '0177.0.0.1', expected: [] },
    { name: 'a leading zero', address: '127.0.0.01', expected: [] },
    { name: 'a leading zero in a mapped address', address: '::ffff:127.0.0.01', expected: [] },
    { name: 'with port', address: '127.0.0.1:22', expected: [] },
    { name: 'IPv6 with port', address: '[::1]:22', expected: [] },
    { name: 'IPv6 in brackets', address: '[::1]', expected: [] },
    { name: 'a blank before', address: ' 127.0.0.1', expected: [] },
    { name: 'a line feed behind', address: '127.0.0.1\n', expected: [] },
    { name: 'a list', address: '127.0.0.1,127.0.0.1', expected: [] },
    { name: 'a CIDR', address: '127.0.0.1/32', expected: [] },
    { name: 'an octet above 255', address: '127.0.0.256', expected: [] },
    { name: 'full-width digits', address: '１27.0.0.1', expected: [] },
    { name: 'IPv4-compatible IPv6 is not mapped', address: '::127.0.0.1', expected: [] },
    { name: 'translated IPv6 is not mapped', address: '64:ff9b::127.0.0.1', expected: [] },
    { name: 'an empty zone suffix', address: '127.0.0.1%', expected: [] },
    { name: 'two zone suffixes', address: '127.0.0.1%a%b', expected: [] },
    { name: 'a megabyte', address: '1'.repeat(1_000_000), expected: [] },
  ])('$name', ({ address, expected }) => {
    expect(zones.of(address)).toEqual(expected);
  });

  test('gives the same frozen array for the same answer', () => {
    expect(zones.of('10.0.21.1')).toBe(zones.of('192.168.1.9'));
    expect(zones.of('10.0.21.1')).toBe(zones.of('10.0.21.1'));
    expect(zones.of('203.0.113.1')).toBe(zones.of(undefined));
    expect(Object.isFrozen(zones.of('10.0.21.1'))).toBe(true);
  });

  test('refuses an entry that is no network', () => {
    expect(() => createZones({ lan: ['10.0.20.5/22'] })).toThrow(
      'zone lan: "10.0.20.5/22" has bits set behind its prefix; the network is 10.0.20.0/22, the single address 10.0.20.5/32',
    );
  });
});

describe('an entry that expires', () => {
  const until = 1_000 * SECOND;
  const visit = { cidr: '198.51.100.7', reason: 'conference', until };
  const table = createZones({ guests: [visit, '198.51.100.0/30'] });

  test.each([
    { name: 'counts before its end', at: until - 1, expected: ['guests'] },
    { name: 'does not count at its end', at: until, expected: [] },
    { name: 'does not count after its end', at: until + SECOND, expected: [] },
    { name: 'does not count for an event without a time', at: undefined, expected: [] },
    { name: 'counts again for an older event', at: 0, expected: ['guests'] },
  ])('$name', ({ at, expected }) => {
    expect(table.of('198.51.100.7', at)).toEqual(expected);
  });

  test('is named, with its reason, also when it has expired', () => {
    expect(table.matches('198.51.100.7', until)).toEqual([{ zone: 'guests', entry: visit, counts: false }]);
    expect(table.matches('198.51.100.7', 0)).toEqual([{ zone: 'guests', entry: visit, counts: true }]);
    expect(table.matches('198.51.100.1')).toEqual([
      { zone: 'guests', entry: { cidr: '198.51.100.0/30' }, counts: true },
    ]);
  });
});

describe('a replaced zone', () => {
  const refreshed = zones.with('tailnet', ['100.64.0.9']);

  test.each([
    { name: 'holds its new entries', address: '100.64.0.9', expected: ['tailnet'] },
    { name: 'no longer holds its old ones', address: '100.64.0.1', expected: [] },
    { name: 'leaves the others alone', address: '10.0.20.5', expected: ['lan', 'terraform'] },
  ])('$name', ({ address, expected }) => {
    expect(refreshed.of(address)).toEqual(expected);
  });

  test('keeps its place among the names, and a new zone comes last', () => {
    expect(refreshed.names).toEqual(zones.names);
    expect(zones.with('vpn', ['203.0.113.0/24']).names).toEqual([...zones.names, 'vpn']);
    expect(refreshed.entries('tailnet')).toEqual([{ cidr: '100.64.0.9' }]);
  });

  test('leaves the old table as it was', () => {
    expect(zones.of('100.64.0.1')).toEqual(['tailnet']);
  });
});

// Few distinct bits, so that networks overlap and addresses fall into them.
const ipv4 = fc
  .tuple(fc.constantFrom(10, 11, 192), fc.nat(3), fc.constantFrom(0, 1, 127, 128, 255), fc.nat(255))
  .map((octets) => octets.join('.'));
const ipv6 = fc
  .array(fc.constantFrom('0', '1', 'ffff', '8000', 'a00', '00ab'), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.join(':'));
const network = fc.oneof(
  fc
    .tuple(ipv4, fc.nat(32))
    .map(([address, prefix]) => `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`)}/${prefix}`),
  fc
    .tuple(ipv6, fc.nat(128))
    .map(([address, prefix]) => `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefix}`)}/${prefix}`),
  ipv4,
);
const address = fc.oneof(
  ipv4,
  ipv6,
  ipv4.map((text) => `::ffff:${text}`),
  ipv6.map((text) => ipaddr.IPv6.parse(text).toString()),
);

/** One comparison with every network, by the library alone. */
function naive(nets: Readonly<Record<string, readonly string[]>>, text: string): readonly string[] {
  const given = ipaddr.process(text);
  const holds = (net: string): boolean => {
    const [base, prefix] = ipaddr.parseCIDR(net.includes('/') ? net : `${net}/32`);
    return base.kind() === given.kind() && given.match(base, prefix);
  };
  return Object.keys(nets).filter((name) => (nets[name] ?? []).some(holds));
}

describe('the index', () => {
  const nets = fc.record({
    a: fc.array(network, { maxLength: 20 }),
    b: fc.array(network, { maxLength: 20 }),
    c: fc.array(network, { maxLength: 20 }),
  });

  test('agrees with a comparison against every network', () => {
    let held = 0;
    fc.assert(
      fc.property(nets, fc.array(address, { minLength: 1, maxLength: 20 }), (given, addresses) => {
        const table = createZones(given);
        for (const text of addresses) {
          const expected = naive(given, text);
          held += expected.length;
          expect(table.of(text)).toEqual(expected);
          expect(table.of(text)).toBe(table.of(text));
        }
      }),
      { numRuns: 500 },
    );
    expect(held).toBeGreaterThan(100);
  });

  test('gives the same answers built at once or zone by zone', () => {
    fc.assert(
      fc.property(nets, address, (given, text) => {
        const grown = createZones({ a: ['10.0.0.0/8'], b: [], c: ['::/0'] })
          .with('c', given.c)
          .with('a', given.a)
          .with('b', given.b);
        expect(grown.of(text)).toEqual(createZones(given).of(text));
      }),
    );
  });

  test('stays right when more addresses come than the cache holds', () => {
    const table = createZones({ a: ['10.0.0.0/9'] });
    for (let value = 0; value < 50_000; value++) {
      const text = `10.${value % 256}.${(value >> 8) & 255}.7`;
      expect(table.of(text).length).toBe(value % 256 < 128 ? 1 : 0);
    }
  });
});
