import { describe, expect, test } from 'vitest';
import { formatNetwork, parseNetwork } from '../../src/network/network.ts';

describe('a network', () => {
  test.each([
    { text: '10.0.20.0/22', expected: '10.0.20.0/22' },
    { text: '10.0.20.5', expected: '10.0.20.5/32' },
    { text: '0.0.0.0/0', expected: '0.0.0.0/0' },
    { text: '2001:DB8::/32', expected: '2001:db8::/32' },
    { text: '::1', expected: '::1/128' },
    { text: '::/0', expected: '::/0' },
    { text: '::ffff:10.0.0.0/104', expected: '10.0.0.0/8' },
    { text: '::ffff:10.0.0.1', expected: '10.0.0.1/32' },
  ])('$text is $expected', ({ text, expected }) => {
    const network = parseNetwork(text);
    expect('problem' in network ? network.problem : formatNetwork(network)).toBe(expected);
  });

  test.each([
    {
      name: 'host bits',
      text: '10.0.20.5/22',
      problem: 'the network is 10.0.20.0/22, the single address 10.0.20.5/32',
    },
    { name: 'IPv6 host bits', text: '2001:db8::1/32', problem: 'the network is 2001:db8::/32' },
    { name: 'a prefix too long', text: '10.0.0.0/33', problem: 'a prefix length of 0 to 32' },
    { name: 'a mapped prefix too short', text: '::ffff:10.0.0.0/8', problem: 'a prefix length of 0 to 32' },
    { name: 'a netmask', text: '10.0.0.0/255.0.0.0', problem: 'a prefix length of 0 to 32' },
    { name: 'a leading zero', text: '10.0.0.0/08', problem: 'a prefix length of 0 to 32' },
    { name: 'no prefix', text: '10.0.0.0/', problem: 'a prefix length of 0 to 32' },
    { name: 'two slashes', text: '10.0.0.0/8/8', problem: 'a prefix length of 0 to 32' },
    { name: 'a zone suffix', text: 'fe80::1%eth0', problem: 'is no network' },
    { name: 'a short address', text: '10/8', problem: 'is no network' },
    { name: 'a name', text: 'example.org', problem: 'is no network' },
    { name: 'a range', text: '10.0.0.1-10.0.0.9', problem: 'is no network' },
  ])('with $name is refused, and what is valid is said', ({ text, problem }) => {
    expect(parseNetwork(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
