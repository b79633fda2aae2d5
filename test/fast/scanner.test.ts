import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createScanner, type Signature } from '../../src/fast/scanner.ts';

const PATHS = ['verb', 'user.username', 'sourceIPs'];
const TIME = '"at":"2026-05-12T00:00:00.000001Z"';

/** What the scanner tells of one line: its signature, or nothing when it does not understand it. */
const signatureOf = (line: string): Signature | undefined => {
  let seen: Signature | undefined;
  const judge = (signature: Signature): boolean => {
    seen = signature;
    return true;
  };
  createScanner({ paths: PATHS, time: 'at', judge }).scan(Buffer.from(`${line}\n`), 10);
  return seen;
};

describe('the scanner', () => {
  test('finds the values of the named keys as they stand in the line, in any order', () => {
    const found = signatureOf(
      `{"sourceIPs":["a",{"b":[1,-2.5e+3]}],${TIME},"x":null,"user":{"y":{},"username":"\\u0041"}}`,
    );
    expect(found?.objects).toEqual(['user']);
    expect(Object.fromEntries(found?.values ?? [])).toEqual({
      sourceIPs: '["a",{"b":[1,-2.5e+3]}]',
      'user.username': '"\\u0041"',
    });
  });

  test('tells the earliest and the latest time of the lines that passed', () => {
    const scanner = createScanner({ paths: PATHS, time: 'at', judge: () => true });
    const lines = Buffer.from(
      ['03', '01', '02'].map((day) => `{"at":"2026-05-${day}T00:00:00.000000Z"}\n`).join(''),
    );
    expect(scanner.scan(lines, 10)).toMatchObject({ passed: 0, learnt: 1, runs: [{}, {}, {}] });
    expect(scanner.scan(lines, 10)).toMatchObject({
      passed: 3,
      runs: [{ passed: 3, start: lines.length, end: lines.length - 1 }],
      stamps: ['2026-05-01T00:00:00.000000Z', '2026-05-03T00:00:00.000000Z'],
    });
  });

  test('asks again when it was told to forget, and keeps what was refused apart from what passes', () => {
    const asked: unknown[] = [];
    const judge = ({ values }: Signature): boolean => {
      asked.push(values.get('verb'));
      return values.get('verb') === '"get"';
    };
    const scanner = createScanner({ paths: PATHS, time: 'at', judge });
    const lines = Buffer.from(`{"verb":"get",${TIME}}\n{"verb":"put",${TIME}}\n{"verb":"get",${TIME}}\n`);
    scanner.scan(lines, 10);
    expect(scanner.scan(lines, 10).runs.map(({ passed }) => passed)).toEqual([1, 1]);
    expect(asked).toEqual(['"get"', '"put"']);
    scanner.forget();
    expect(scanner.scan(lines, 10).passed).toBe(0);
    expect(asked).toHaveLength(4);
  });

  test('learns no more than it is allowed to', () => {
    const scanner = createScanner({ paths: PATHS, time: 'at', judge: () => true });
    const lines = Buffer.from(['a', 'b', 'c'].map((verb) => `{"verb":"${verb}",${TIME}}\n`).join(''));
    expect(scanner.scan(lines, 2).learnt).toBe(2);
    expect(scanner.scan(lines, 0).passed).toBe(2);
  });

  test.each([
    ['a blank', `{"verb": "get",${TIME}}`],
    ['a carriage return', `{"verb":"get",${TIME}}\r`],
    ['something behind the object', `{"verb":"get",${TIME}}1`],
    ['a comma too much', `{"verb":"get",${TIME},}`],
    ['a named key twice', `{"verb":"get","verb":"put",${TIME}}`],
    ['an object twice', `{"user":{},"user":{},${TIME}}`],
    ['an escape in a key', `{"\\u0076erb":"get",${TIME}}`],
    ['a key with a dot where a path could be read', `{"user.username":"x",${TIME}}`],
    ['an object that is none', `{"user":null,${TIME}}`],
    ['no time', '{"verb":"get"}'],
    ['a day that does not exist in every year', '{"at":"2024-02-29T00:00:00.000000Z"}'],
    ['a time with another offset', '{"at":"2026-05-12T00:00:00.000001+00:00"}'],
    ['a leading zero', `{"x":01,${TIME}}`],
    ['a bare minus', `{"x":-,${TIME}}`],
    ['a fraction without digits', `{"x":1.,${TIME}}`],
    ['an exponent without digits', `{"x":1e,${TIME}}`],
    ['a bad escape', `{"x":"\\x",${TIME}}`],
    ['a short unicode escape', `{"x":"\\u00g0",${TIME}}`],
    ['a control character in a string', `{"x":"\u0001",${TIME}}`],
    ['a tab in a string', `{"x":"\t",${TIME}}`],
    ['a letter that is not ASCII', `{"x":"é",${TIME}}`],
    ['a list that ends as an object', `{"x":[1},${TIME}}`],
    ['a value too many', `{"x":[1 2],${TIME}}`],
    ['a bare word', `{"x":nul,${TIME}}`],
    ['an open string', `{"x":"abc,${TIME}}`],
    ['an open object', `{"x":{"a":1,${TIME}`],
    ['a list', `[{"verb":"get",${TIME}}]`],
    ['nothing', ''],
    ['very deep nesting', `{"x":${'['.repeat(100)}${']'.repeat(100)},${TIME}}`],
  ])('leaves a line with %s to the parser', (_, line) => {
    expect(signatureOf(line)).toBeUndefined();
  });

  test('is what its source gives', () => {
    const root = join(import.meta.dirname, '../..');
    execFileSync(process.execPath, ['scanner/build.mjs', '--check'], { cwd: root });
  });
});
