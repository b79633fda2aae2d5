import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../src/network/address.ts';

const PIECES = [
  '0',
  '1',
  '10',
  '255',
  '256',
  '01',
  'ffff',
  'A0',
  '12345',
  ':',
  '::',
  '.',
  '%',
  '%eth0',
  ' ',
  'x',
  '-1',
];
const addressLike = fc
  .array(fc.constantFrom(...PIECES, '.', '.', ':', ':', '1', '2'), { maxLength: 16 })
  .map((pieces) => pieces.join(''));
const text = fc.oneof(
  addressLike,
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4Extended(),
  fc.ipV4().map((v4) => `::ffff:${v4}`),
  fc.ipV4().map((v4) => `1::${v4}`),
  fc.string(),
);

test('reads exactly the addresses that the operating system reads', () => {
  fc.assert(
    fc.property(text, (given) => {
      fc.pre(!given.includes('%'));
      expect(parseAddress(given) !== undefined).toBe(isIPv4(given) || isIPv6(given));
    }),
    { numRuns: 5000 },
  );
});

test('gives back the same address when its canonical text is read again', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (given) => {
      const address = parseAddress(given);
      expect(address).toBeDefined();
      if (address !== undefined) expect(parseAddress(formatAddress(address))).toEqual(address);
    }),
    { numRuns: 2000 },
  );
});
