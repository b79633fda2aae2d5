import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/decoders/parse-json.ts';

const reasonOf = (text: string): string => {
  const parsed = parseJson(text);
  return 'reason' in parsed ? parsed.reason : 'parsed';
};

describe('parseJson', () => {
  test.each([
    { name: 'an object', text: '{"a":[1,true,null,"x"]}' },
    { name: 'a byte order mark before it', text: '\ufeff{"a":1}' },
    { name: 'blanks and a carriage return around it', text: ' {"a":1} \r' },
    { name: 'a scalar', text: '0' },
    { name: 'ten thousand nested arrays', text: '['.repeat(10_000) + ']'.repeat(10_000) },
  ])('reads $name', ({ text }) => {
    expect(reasonOf(text)).toBe('parsed');
  });

  test.each([
    { name: 'in a string', text: '{"kind":"Ev' },
    { name: 'behind an escape', text: '{"a":"b\\' },
    { name: 'in a literal', text: '{"a":tru' },
    { name: 'in a number', text: '{"a":12' },
    { name: 'behind a comma', text: '{"a":1,' },
    { name: 'before the last bracket', text: '{"a":{"b":"}"}' },
    { name: 'after ten thousand brackets', text: '['.repeat(10_000) },
  ])('calls a document truncated that ends $name', ({ text }) => {
    expect(reasonOf(text)).toBe('truncated');
  });

  test.each([
    { name: 'nothing', text: '' },
    { name: 'blanks', text: ' \t ' },
    { name: 'a syslog line', text: 'Nov 21 09:56:03 pve-01 sshd[1]: Server listening on :: port 22.' },
    { name: 'a bare word in a bracket', text: '{garbage' },
    { name: 'text behind the document', text: '{"a":1} {"b":2}' },
    { name: 'a raw control character in a string', text: '{"a":"\u0001' },
    { name: 'a NUL', text: '{"a":1,\0' },
    { name: 'UTF-16 read as bytes', text: '{\0"\0a\0"\0' },
    { name: 'a stamp in a bracket', text: '[ 2153.166478] calico-packet: IN=' },
  ])('calls $name no JSON', ({ text }) => {
    expect(reasonOf(text)).toBe('not-json');
  });

  test('keeps the last of two equal keys and takes __proto__ for an ordinary key', () => {
    const parsed = parseJson('{"a":1,"a":2,"__proto__":{"polluted":true}}');
    const doc = 'doc' in parsed ? parsed.doc : undefined;
    expect(Object.entries(doc ?? {})).toEqual([
      ['a', 2],
      ['__proto__', { polluted: true }],
    ]);
    expect({}).not.toHaveProperty('polluted');
  });

  test('shows the start of the line without control, bidi and zero-width characters, and no more than 80 of it', () => {
    const parsed = parseJson(`\u001b[31mred\u202e\u200b\u0007\u0085 ${'x'.repeat(200)}`);
    const detail = 'reason' in parsed ? parsed.detail : '';
    expect(detail).toContain('\\x1b[31mred\\u202e\\u200b\\x07\\x85');
    expect(detail).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(detail.length).toBeLessThan(150);
  });

  test('a megabyte of brackets, quotes or backslashes is refused with a short reason', () => {
    for (const text of ['['.repeat(1e6), '"'.repeat(1e6 + 1), `{"${'\\'.repeat(1e6)}`, '{"a":'.repeat(2e5)]) {
      const parsed = parseJson(text);
      expect('reason' in parsed && parsed.detail.length).toBeLessThan(500);
    }
  });
});
