import { existsSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { detector, type Ended, shellLine } from './support/detector.ts';
import { scratchFolder } from './support/scratch.ts';

const A = shellLine(1);
const B = shellLine(2);

const linesFound = ({ stdout }: Ended): readonly number[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): { source: { line: number } } => JSON.parse(line))
    .map(({ source }) => source.line);

/** Whatever was wrong: no stack trace, no confession of a bug, no raw control character. */
const speaksPlainly = ({ stderr, stdout }: Ended): void => {
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
  expect(stderr).not.toContain('internal error');
  expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
};

const replayed = async (content: string | Buffer, args: readonly string[] = []): Promise<Ended> => {
  const file = join(await scratchFolder(), 'input.jsonl');
  await writeFile(file, content);
  const ended = await detector(['replay', '-o', 'ndjson', ...args, file]);
  speaksPlainly(ended);
  return ended;
};

const deep = (open: string, close: string): string =>
  A.replace('"kind"', `"deep":${open.repeat(10_000)}1${close.repeat(10_000)},"kind"`);

const cutGzip = (): Buffer => {
  const packed = gzipSync(Array.from({ length: 3000 }, (_, at) => shellLine(at)).join('\n'));
  return packed.subarray(0, packed.length / 2);
};

describe('replay reads on, counts and tells', { timeout: 120_000 }, () => {
  test.each<{
    name: string;
    content: string | Buffer;
    found: readonly number[];
    says: RegExp;
    args?: string[];
  }>([
    { name: 'an empty file', content: '', found: [], says: /read +0 lines/ },
    {
      name: 'a 300 KB line',
      content: `${shellLine(1, { requestURI: `/api/v1/namespaces/vault/pods/x/exec?p=${'x'.repeat(300_000)}` })}\n${B}\n`,
      found: [1, 2],
      says: /read +2 lines/,
    },
    {
      name: 'a 50 MB line',
      content: `${shellLine(1, { requestURI: 'x'.repeat(50_000_000) })}\n${B}\n`,
      found: [2],
      says: /rejected +1 line: 1 oversized/,
    },
    { name: 'CR LF line ends', content: `${A}\r\n${B}\r\n`, found: [1, 2], says: /read +2 lines/ },
    { name: 'a byte order mark', content: `\ufeff${A}\n${B}\n`, found: [1, 2], says: /read +2 lines/ },
    { name: 'a last line without an end', content: `${A}\n${B}`, found: [1, 2], says: /read +2 lines/ },
    {
      name: 'a last line cut short',
      content: `${A}\n${B}\n${B.slice(0, 200)}`,
      found: [1, 2],
      says: /rejected +1 line: 1 truncated/,
    },
    {
      name: '{"kind":0}',
      content: `${A}\n{"kind":0}\n${B}\n`,
      found: [1, 3],
      says: /rejected +1 line: 1 other-kind/,
    },
    {
      name: 'a million brackets',
      content: `${'['.repeat(1_000_000)}\n${B}\n`,
      found: [2],
      says: /rejected +1 line: 1 truncated/,
    },
    {
      name: 'a million brackets in an audit log',
      content: `${A}\n${'['.repeat(1_000_000)}\n${B}\n`,
      found: [1, 3],
      says: /rejected +1 line/,
    },
    {
      name: '10,000 lists in each other',
      content: `${deep('[', ']')}\n${B}\n`,
      found: [1, 2],
      says: /read +2 lines/,
    },
    {
      name: '10,000 maps in each other',
      content: `${deep('{"a":', '}')}\n${B}\n`,
      found: [1, 2],
      says: /read +2 lines/,
    },
    {
      name: '10,000 lists in each other, as any JSON',
      content: `${deep('[', ']')}\n`,
      found: [],
      says: /read +1 line/,
      args: ['--format', 'json'],
    },
    {
      name: '10,000 lists in each other in a batch',
      content: `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${deep('[', ']')},${B}]}\n`,
      found: [1],
      says: /rejected +1/,
    },
    {
      name: 'a duplicate key, of which the last counts',
      content: `${A.replace('"verb"', '"objectRef":{"resource":"secrets"},"verb"')}\n`,
      found: [1],
      says: /read +1 line/,
    },
    {
      name: '__proto__ and constructor as keys',
      content: `${A.replace('"kind"', '"__proto__":{"user":{"username":"kubernetes-admin"}},"constructor":{"prototype":1},"kind"')}\n`,
      found: [1],
      says: /read +1 line/,
    },
    {
      name: 'NUL bytes',
      content: `${A}\n\0\0\0\n${B}\n`,
      found: [1, 3],
      says: /rejected +1 line: 1 not-json/,
    },
    {
      name: 'invalid UTF-8 in a string',
      content: Buffer.concat([
        Buffer.from(A.slice(0, 60)),
        Buffer.from([0xff, 0xfe, 0x80]),
        Buffer.from(`${A.slice(60)}\n${B}\n`),
      ]),
      found: [1, 2],
      says: /read +2 lines/,
    },
    {
      name: 'invalid UTF-8 between lines',
      content: Buffer.concat([Buffer.from(`${A}\n`), Buffer.from([0xff, 0xc0, 0x0a]), Buffer.from(`${B}\n`)]),
      found: [1, 3],
      says: /rejected +1 line: 1 not-json/,
    },
    {
      name: 'terminal escapes in a name',
      content: `${shellLine(1, { user: { username: '\u001b]0;x\u0007\u001b[2Jdana\u009b\r\n' } })}\n`,
      found: [1],
      says: /read +1 line/,
    },
    { name: 'blank lines', content: `\n${A}\n\n   \n${B}\n`, found: [2, 5], says: /read/ },
  ])('$name', async ({ content, found, says, args }) => {
    const ended = await replayed(content, args);
    expect(ended.code).toBe(0);
    expect(linesFound(ended)).toEqual(found);
    expect(ended.stderr).toMatch(says);
  });

  test('a .gz cut short: what can be unpacked is read, and the cut is told', async () => {
    const ended = await replayed(cutGzip());
    expect(ended.code).toBe(0);
    expect(linesFound(ended).length).toBeGreaterThan(1000);
    expect(ended.stderr).toMatch(/rejected +1 line: 1 truncated/);
  });

  test('a file that grows while it is read: what was there at the start is read, and it ends', async () => {
    const file = join(await scratchFolder(), 'growing.jsonl');
    await writeFile(file, Array.from({ length: 2000 }, (_, at) => `${shellLine(at)}\n`).join(''));
    const running = detector(['replay', '-o', 'ndjson', file]);
    let ended = false;
    const growth = (async () => {
      for (let at = 2000; !ended; at++) await appendFile(file, `${shellLine(at)}\n`);
    })();
    const result = await running.finally(() => {
      ended = true;
    });
    await growth;
    expect(result.code).toBe(0);
    expect(linesFound(result).slice(0, 2000)).toEqual(Array.from({ length: 2000 }, (_, at) => at + 1));
    speaksPlainly(result);
  });

  test('with --strict the first line that cannot be read ends it, with its place', async () => {
    const ended = await replayed(`${A}\n{"kind":0}\n`, ['--strict']);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/input\.jsonl:2: other-kind/);
  });
});

describe('replay refuses what is no log', { timeout: 120_000 }, () => {
  const utf16 = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  test.each<{ name: string; file: string; content: string | Buffer; says: RegExp }>([
    {
      name: 'binary data',
      file: 'a.log',
      content: Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * 197) % 256)),
      says: /a\.log: .*binary/,
    },
    {
      name: 'a program',
      file: 'a.log',
      content: Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(2000)]),
      says: /a\.log: this is a program/,
    },
    {
      name: 'UTF-16 with a mark',
      file: 'a.jsonl',
      content: utf16(`${A}\n`),
      says: /a\.jsonl: this is UTF-16LE text: .*iconv/,
    },
    {
      name: 'UTF-16 without a mark',
      file: 'a.jsonl',
      content: Buffer.from(`${A}\n`, 'utf16le'),
      says: /UTF-16LE/,
    },
  ])('$name', async ({ file, content, says }) => {
    const path = join(await scratchFolder(), file);
    await writeFile(path, content);
    const ended = await detector(['replay', path]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(says);
    expect(ended.stdout).toBe('');
    speaksPlainly(ended);
  });

  test('a missing file', async () => {
    const ended = await detector(['replay', 'no-such-file.jsonl']);
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.stderr).toBe('detector: no-such-file.jsonl: there is no such file: check the path\n');
  });

  test('a folder without logs', async () => {
    const folder = await scratchFolder();
    await mkdir(join(folder, 'empty'));
    const ended = await detector(['replay', folder]);
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.stderr).toMatch(/no log files \(\*\.jsonl, /);
    speaksPlainly(ended);
  });

  test.each([
    { name: 'no file', args: ['replay'], says: /missing required argument 'file'/ },
    {
      name: 'an unknown option',
      args: ['replay', '--fial-on', 'x', 'a'],
      says: /unknown option '--fial-on'/,
    },
    {
      name: 'an unknown severity',
      args: ['replay', '--fail-on', 'high', 'a'],
      says: /info, warning, critical/,
    },
    { name: 'an unknown command', args: ['replya'], says: /Did you mean replay\?/ },
    {
      name: 'a configuration that is not there',
      args: ['replay', '--config', 'nope.yaml', 'a'],
      says: /nope\.yaml/,
    },
    {
      name: 'an expectation that is not there',
      args: ['replay', '--expect', 'nope.yaml', 'a'],
      says: /nope\.yaml/,
    },
    {
      name: 'rules that are not there',
      args: ['replay', '--rules', 'nope', 'a'],
      says: /rules nope: there is no such file or folder/,
    },
  ])('$name', async ({ args, says }) => {
    const ended = await detector(args);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(says);
    speaksPlainly(ended);
  });
});

describe('the output of replay', { timeout: 120_000 }, () => {
  const many = Array.from({ length: 3000 }, (_, at) => `${shellLine(at)}\n`).join('');

  test.skipIf(!existsSync('/dev/full'))('on a full disk ends with 3 and says so', async () => {
    const ended = await detector([], { input: many, shell: '$DETECTOR replay -q -o ndjson - > /dev/full' });
    expect(ended.code).toBe(3);
    expect(ended.stderr).toBe('detector: cannot write to standard output: no space left on the device\n');
  });

  test.skipIf(!existsSync('/dev/full'))('is whole when only the messages cannot be written', async () => {
    const ended = await detector([], { input: many, shell: '$DETECTOR replay -o ndjson - 2> /dev/full' });
    expect(ended.code).toBe(0);
    expect(linesFound(ended)).toHaveLength(3000);
  });

  test('in a pipe whose reader leaves ends quietly', async () => {
    const ended = await detector([], { input: many, shell: '$DETECTOR replay -q -o ndjson - | head -1' });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(linesFound(ended)).toEqual([1]);
  });

  test('decides the exit code with --fail-on', async () => {
    const codes = await Promise.all(
      ['info', 'warning', 'critical'].map(
        async (severity) => (await replayed(`${A}\n`, ['--fail-on', severity])).code,
      ),
    );
    expect(codes).toEqual([1, 1, 0]);
  });

  test('is the same for standard input, a file and its .gz, but for the name', async () => {
    const folder = await scratchFolder();
    const [plain, packed] = [join(folder, 'a.jsonl'), join(folder, 'b.gz')];
    await writeFile(plain, many);
    await writeFile(packed, gzipSync(many));
    const outputs = await Promise.all([
      detector(['replay', '-o', 'ndjson', '-'], { input: many }),
      detector(['replay', '-o', 'ndjson', plain]),
      detector(['replay', '-o', 'ndjson', packed]),
    ]);
    const [first, ...others] = outputs.map(({ stdout }, at) =>
      stdout.replaceAll(JSON.stringify(['-', plain, packed][at]), '"x"'),
    );
    expect(others).toEqual([first, first]);
  });
});
