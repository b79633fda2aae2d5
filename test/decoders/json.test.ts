import { describe, expect, test } from 'vitest';
import { createJson } from '../../src/decoders/json.ts';
import { aLine, oneEvent, rejects } from '../support/lines.ts';

const json = createJson();
const AT = Date.UTC(2026, 10, 21, 9, 56, 5);

describe('plain JSON', () => {
  test('is the document as it stands', () => {
    const event = oneEvent(json, '{"a":{"b":[1,2]},"__proto__":{"x":1}}');
    expect(Object.keys(event.doc ?? {})).toEqual(['a', '__proto__']);
    expect(event).toMatchObject({ format: 'json', time: undefined, actor: undefined, evaluated: true });
  });

  test.each([
    { name: 'RFC 3339', doc: { '@timestamp': '2026-11-21T09:56:05Z' } },
    { name: 'an offset', doc: { timestamp: '2026-11-21T10:56:05.000+01:00' } },
    { name: 'no zone', doc: { UtcTime: '2026-11-21 09:56:05.000' } },
    { name: 'seconds', doc: { ts: AT / 1000 } },
    { name: 'seconds in a text', doc: { time: `${AT / 1000}.000` } },
    { name: 'milliseconds', doc: { time: AT } },
    { name: 'microseconds', doc: { eventTime: AT * 1e3 } },
    { name: 'nanoseconds', doc: { ts: AT * 1e6 } },
    { name: 'nanoseconds in a text', doc: { ts: `${AT}000000` } },
    { name: 'a later key, when the first is no time', doc: { timestamp: 'soon', time: AT } },
  ])('takes its time from $name', ({ doc }) => {
    expect(oneEvent(json, JSON.stringify(doc)).time).toBe(AT * 1000);
  });

  test.each([
    { name: 'absent', doc: {} },
    { name: 'text', doc: { time: 'soon' } },
    { name: 'negative', doc: { time: -1 } },
    { name: 'too great', doc: { time: 1e300 } },
    { name: 'nested', doc: { time: { time: AT } } },
  ])("takes the record's time where its own is $name", ({ doc }) => {
    expect(oneEvent(json, aLine(JSON.stringify(doc), { time: 7 })).time).toBe(7);
    expect(oneEvent(json, JSON.stringify(doc)).time).toBeUndefined();
  });

  test.each([
    { name: 'a list', text: '[{"a":1}]', reason: 'other-kind' },
    { name: 'a scalar', text: '1', reason: 'other-kind' },
    { name: 'null', text: 'null', reason: 'other-kind' },
    { name: 'text', text: 'hello', reason: 'not-json' },
    { name: 'a cut line', text: '{"a":"b', reason: 'truncated' },
  ])('rejects $name', ({ text, reason }) => {
    expect(rejects(json.decode(aLine(text), 's'))).toMatchObject([{ reason }]);
  });

  test('equal lines are one event where they have a time', () => {
    const keyOf = (text: string, number: number): string =>
      oneEvent(json, aLine(text, { number })).occurrence.key;
    expect(keyOf('{"time":1795255000}', 1)).toBe(keyOf('{"time":1795255000}', 2));
    expect(keyOf('{"a":1}', 1)).not.toBe(keyOf('{"a":1}', 2));
  });
});
