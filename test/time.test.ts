import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { formatRfc3339, parseNanoseconds, parseRfc3339 } from '../src/time.ts';

const AT = Date.UTC(2026, 4, 12, 7, 30, 5) * 1000;

describe('parseRfc3339', () => {
  test.each([
    { name: 'whole seconds', text: '2026-05-12T07:30:05Z', time: AT },
    { name: 'the MicroTime of Kubernetes', text: '2026-05-12T07:30:05.123456Z', time: AT + 123_456 },
    { name: 'the nanoseconds of Vault, cut', text: '2026-05-12T07:30:05.123456999Z', time: AT + 123_456 },
    { name: 'one digit of a second', text: '2026-05-12T07:30:05.5Z', time: AT + 500_000 },
    { name: 'an offset east', text: '2026-05-12T09:30:05+02:00', time: AT },
    { name: 'an offset west over midnight', text: '2026-05-11T23:00:05-08:30', time: AT },
    { name: 'small letters', text: '2026-05-12t07:30:05z', time: AT },
    { name: 'a leap day', text: '2024-02-29T00:00:00Z', time: Date.UTC(2024, 1, 29) * 1000 },
    { name: 'a leap second', text: '2016-12-31T23:59:60Z', time: Date.UTC(2017, 0, 1) * 1000 },
    { name: 'a time before 1970', text: '1969-12-31T23:59:59.999999Z', time: -1 },
    { name: 'the first year', text: '0000-01-01T00:00:00Z', time: -62_167_219_200_000_000 },
  ])('reads $name', ({ text, time }) => {
    expect(parseRfc3339(text)).toBe(time);
  });

  test.each([
    { name: 'nothing', text: '' },
    { name: 'a date alone', text: '2026-05-12' },
    { name: 'no zone', text: '2026-05-12T07:30:05' },
    { name: 'a blank for the T', text: '2026-05-12 07:30:05Z' },
    { name: 'month 13', text: '2026-13-12T07:30:05Z' },
    { name: 'month 0', text: '2026-00-12T07:30:05Z' },
    { name: 'day 0', text: '2026-05-00T07:30:05Z' },
    { name: '29 February of a common year', text: '2026-02-29T07:30:05Z' },
    { name: '29 February 1900', text: '1900-02-29T07:30:05Z' },
    { name: '31 April', text: '2026-04-31T07:30:05Z' },
    { name: 'hour 24', text: '2026-05-12T24:00:00Z' },
    { name: 'minute 60', text: '2026-05-12T07:60:05Z' },
    { name: 'second 61', text: '2026-05-12T07:30:61Z' },
    { name: 'a point without digits', text: '2026-05-12T07:30:05.Z' },
    { name: 'an offset without a colon', text: '2026-05-12T07:30:05+0200' },
    { name: 'an offset of 24 hours', text: '2026-05-12T07:30:05+24:00' },
    { name: 'something behind the zone', text: '2026-05-12T07:30:05Z ' },
    { name: 'something before the year', text: ' 2026-05-12T07:30:05Z' },
    { name: 'a letter among the digits', text: '2026-05-1xT07:30:05Z' },
    { name: 'other digits than ours', text: '٢٠٢٦-05-12T07:30:05Z' },
    { name: 'a year before the first', text: '0000-01-01T00:00:00+00:01' },
  ])('refuses $name', ({ text }) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  test('agrees with luxon on every date and offset', () => {
    const stamp = fc.record({
      ms: fc.integer({ min: Date.UTC(1, 0, 2), max: Date.UTC(9999, 11, 30) }),
      zone: fc.integer({ min: -1439, max: 1439 }),
    });
    fc.assert(
      fc.property(stamp, ({ ms, zone }) => {
        const text = DateTime.fromMillis(ms)
          .setZone(`UTC${zone < 0 ? '-' : '+'}${hhmm(Math.abs(zone))}`)
          .toISO();
        fc.pre(text !== null);
        expect(parseRfc3339(String(text))).toBe(ms * 1000);
      }),
    );
  });

  test('never throws and reads only what looks like a stamp', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseRfc3339(text) === undefined || /^\d{4}-\d\d-\d\d[Tt]/.test(text)).toBe(true);
      }),
    );
  });
});

const hhmm = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

describe('parseNanoseconds', () => {
  test.each([
    { name: 'a time of Loki', text: '1795211826479123999', time: 1_795_211_826_479_123 },
    { name: 'less than a microsecond', text: '999', time: 0 },
    { name: 'zero', text: '0', time: 0 },
    { name: 'nothing', text: '', time: undefined },
    { name: 'a sign', text: '-1795211826479123999', time: undefined },
    { name: 'a fraction', text: '1795211826.479', time: undefined },
    { name: 'an exponent', text: '1e18', time: undefined },
    { name: 'more than 64 bits', text: '17952118264791239990', time: undefined },
  ])('$name', ({ text, time }) => {
    expect(parseNanoseconds(text)).toBe(time);
  });

  test('is exact to the microsecond', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 9_000_000_000_000_000_000n }), (ns) => {
        expect(parseNanoseconds(String(ns))).toBe(Number(ns / 1000n));
      }),
    );
  });
});

describe('formatRfc3339', () => {
  test.each([
    { name: 'microseconds', time: AT + 42, text: '2026-05-12T07:30:05.000042Z' },
    { name: 'the microsecond before 1970', time: -1, text: '1969-12-31T23:59:59.999999Z' },
    { name: 'beyond the last year', time: 1e300, text: '9999-12-31T23:59:59.999999Z' },
  ])('$name', ({ time, text }) => {
    expect(formatRfc3339(time)).toBe(text);
  });

  test('gives back what was read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000_000 }), (time) => {
        expect(parseRfc3339(formatRfc3339(time))).toBe(time);
      }),
    );
  });
});
