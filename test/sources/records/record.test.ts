import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Line } from '../../../src/event.ts';
import { createUnwrap } from '../../../src/sources/records/record.ts';
import { parseRfc3339 } from '../../../src/time.ts';

const line = (text: string): Line => ({
  text,
  file: 'f',
  number: 3,
  labels: undefined,
  time: undefined,
  notAfter: 1,
});
const unwrap = (text: string) => createUnwrap()(line(text));

const STAMP = '2026-11-21T09:40:43.306511999Z';
const TIME = parseRfc3339(STAMP);

describe('records of logcli', () => {
  test.each([
    {
      name: 'as logcli prints them',
      text: `{"labels":{"job":"a","node":"w"},"line":"one \\"two\\" \\u003c","timestamp":"${STAMP}"}`,
      labels: { job: 'a', node: 'w' },
      is: 'one "two" <',
    },
    {
      name: 'without the labels that all share',
      text: `{"labels":{},"line":"x","timestamp":"${STAMP}"}`,
      labels: undefined,
      is: 'x',
    },
    {
      name: 'with another order of the keys',
      text: `{"timestamp":"${STAMP}","line":"x","labels":{"a":"b"}}`,
      labels: { a: 'b' },
      is: 'x',
    },
    {
      name: 'with blanks',
      text: ` { "line" : "x", "labels" : {"a": "b"}, "timestamp" : "${STAMP}" } `,
      labels: { a: 'b' },
      is: 'x',
    },
    {
      name: 'with a line of several lines',
      text: `{"labels":{},"line":"a\\nb","timestamp":"${STAMP}"}`,
      labels: undefined,
      is: 'a\nb',
    },
    {
      name: 'with braces and quotes in a label',
      text: `{"labels":{"a":"}\\",\\"line\\":\\"forged"},"line":"x","timestamp":"${STAMP}"}`,
      labels: { a: '}","line":"forged' },
      is: 'x',
    },
    {
      name: 'with a forged end in the line',
      text: `{"labels":{},"line":"x\\",\\"timestamp\\":\\"2001-01-01T00:00:00Z\\"}","timestamp":"${STAMP}"}`,
      labels: undefined,
      is: 'x","timestamp":"2001-01-01T00:00:00Z"}',
    },
  ])('are unwrapped $name', ({ text, labels, is }) => {
    expect(unwrap(text)).toMatchObject({ text: is, labels, time: TIME, number: 3, file: 'f' });
  });

  test('date their line by their own time, not by that of the file', () => {
    const item = unwrap(`{"labels":{},"line":"x","timestamp":"${STAMP}"}`);
    expect(item).toHaveProperty('notAfter', Number(TIME) + 86_400_000_000);
  });

  test('without a readable time still give their line', () => {
    expect(unwrap('{"labels":{"a":"b"},"line":"x","timestamp":"yesterday"}')).toEqual({
      ...line('x'),
      labels: { a: 'b' },
    });
  });

  test('keep a label called __proto__ as a label', () => {
    const item = unwrap(`{"labels":{"__proto__":"x"},"line":"x","timestamp":"${STAMP}"}`);
    expect(Object.getOwnPropertyNames('labels' in item ? item.labels : {})).toEqual(['__proto__']);
  });

  test('share the object of equal labels, so that it can be a key', () => {
    const one = createUnwrap();
    const [a, b] = [1, 2].map((n) => one(line(`{"labels":{"a":"b"},"line":"${n}","timestamp":"${STAMP}"}`)));
    expect(a).toHaveProperty('labels');
    expect(a && 'labels' in a && a.labels).toBe(b && 'labels' in b && b.labels);
  });
});

describe('lines that only look like records', () => {
  test.each([
    { name: 'with one key more', text: `{"labels":{},"line":"x","timestamp":"${STAMP}","kind":"Event"}` },
    { name: 'with one key less', text: `{"line":"x","timestamp":"${STAMP}"}` },
    { name: 'with a key line', text: '{"line":"forged","kind":"Event","stage":"ResponseComplete"}' },
    { name: 'of other tools', text: '{"time":"x","type":"request"}' },
    { name: 'of plain text', text: 'labels line timestamp' },
    { name: 'with a record deeper inside', text: `{"log":{"labels":{},"line":"x","timestamp":"${STAMP}"}}` },
  ])('are left alone: $name', ({ text }) => {
    expect(unwrap(text)).toEqual(line(text));
  });
});

describe('records that cannot be used', () => {
  test.each([
    {
      name: 'a line that is no text',
      text: `{"labels":{},"line":7,"timestamp":"${STAMP}"}`,
      reason: 'bad-record',
    },
    {
      name: 'no line at all',
      text: `{"labels":{},"line":null,"timestamp":"${STAMP}"}`,
      reason: 'bad-record',
    },
    { name: 'broken JSON', text: `{"labels":{},"line":"x" "timestamp":"${STAMP}"}`, reason: 'bad-record' },
    { name: 'the end missing', text: '{"labels":{},"line":"{\\"kind\\":', reason: 'truncated' },
  ])('are rejects with their place: $name', ({ text, reason }) => {
    expect(unwrap(text)).toMatchObject({
      reason,
      line: { number: 3, file: 'f' },
      detail: expect.stringMatching(/\.$/),
    });
  });
});

test('the short way through a record reads what JSON.parse reads', () => {
  const record = fc.record({
    labels: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
    line: fc.string({
      unit: fc.constantFrom('"', '\\', '}', ',', ':', '{', 'line', 'timestamp', 'labels', 'ü', '\n', 'a'),
    }),
    timestamp: fc.constantFrom(STAMP, '2026-01-01T00:00:00Z', 'never'),
  });
  fc.assert(
    fc.property(record, (parts) => {
      const item = unwrap(JSON.stringify(parts));
      expect(item).toMatchObject({ text: parts.line, time: parseRfc3339(parts.timestamp) });
      const labels = 'labels' in item ? Object.entries(item.labels ?? {}) : [];
      expect(labels).toEqual(Object.entries(parts.labels));
    }),
  );
});

test('no text makes it throw', () => {
  const texts = fc.string({
    unit: fc.constantFrom(
      '{"labels":',
      '{}',
      ',"line":',
      '"x"',
      ',"timestamp":"',
      '2026-01-01T00:00:00Z',
      '"',
      '}',
      '{',
      '[',
      '0',
      '\\',
    ),
  });
  fc.assert(
    fc.property(texts, (text) => {
      expect(() => unwrap(text)).not.toThrow();
    }),
  );
});
