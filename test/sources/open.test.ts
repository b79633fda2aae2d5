import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { openSource } from '../../src/sources/open.ts';
import { collect, scratch, shown } from '../support/inputs.ts';

const dir = scratch();
const open = (content: string | Buffer, options = {}) => openSource(dir.file('input', content), options);
const refusal = async (path: string): Promise<unknown> =>
  collect(openSource(path)).then(
    () => undefined,
    (error: unknown) => error,
  );

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('reading a file', () => {
  test.each([
    { name: 'an empty file', content: '', lines: [] },
    { name: 'a file of blank lines', content: '\n\r\n \n', lines: [] },
    {
      name: 'a byte order mark, dropped',
      content: '\ufeffone\n\ufefftwo\n',
      lines: ['1 one', '2 \ufefftwo'],
    },
    { name: 'a truncated last line', content: '{"a":1}\n{"a":', lines: ['1 {"a":1}', '2 {"a":'] },
    { name: 'a document of an unknown kind', content: '{"kind":0}\n', lines: ['1 {"kind":0}'] },
    { name: 'a text shorter than any magic number', content: 'a', lines: ['1 a'] },
    {
      name: 'NULs before the first line, as copytruncate leaves them',
      content: `${'\0'.repeat(300)}one\n`,
      lines: [`1 ${'\0'.repeat(300)}one`],
    },
    {
      name: 'Latin-1',
      content: Buffer.from('Z\xfcrich\n'.repeat(2), 'latin1'),
      lines: ['1 Z\ufffdrich', '2 Z\ufffdrich'],
    },
  ])('reads $name', async ({ content, lines }) => {
    expect(await shown(open(content))).toEqual(lines);
  });

  test('says of each line where it stands and until when it can have been written', async () => {
    const path = dir.file('places.log', 'one\n\ntwo\n');
    const items = await collect(openSource(path));
    expect(items).toEqual([
      {
        text: 'one',
        file: path,
        number: 1,
        labels: undefined,
        time: undefined,
        notAfter: expect.any(Number),
      },
      {
        text: 'two',
        file: path,
        number: 3,
        labels: undefined,
        time: undefined,
        notAfter: expect.any(Number),
      },
    ]);
  });

  test('reads a line of 300 KB', async () => {
    const long = 'x'.repeat(300_000);
    expect(await shown(open(`one\n${long}\ntwo\n`))).toEqual(['1 one', `2 ${long}`, '3 two']);
  });

  test('refuses a line of 50 MB without holding it, and reads what follows', async () => {
    const content = Buffer.concat([
      Buffer.from('one\n'),
      Buffer.alloc(50_000_000, 'x'),
      Buffer.from('\ntwo\n'),
    ]);
    const items = await collect(open(content));
    expect(items).toMatchObject([
      { text: 'one', number: 1 },
      {
        reason: 'oversized',
        line: { number: 2, text: '' },
        detail: expect.stringContaining('50000000 bytes'),
      },
      { text: 'two', number: 3 },
    ]);
  });

  test('gives the same items for every size of chunk, plain and compressed', async () => {
    const content = Buffer.from(`\ufeffone\r\n\nZürich 東京\n${'y'.repeat(200)}\n\0\n{"a":`);
    const expected = ['1 one', '3 Zürich 東京', '4 !oversized', '5 \0', '6 {"a":'];
    for (const chunkBytes of [1, 2, 3, 7, 64, 4096, 1 << 20])
      for (const stored of [content, gzipSync(content)])
        expect(await shown(open(stored, { maxLineBytes: 150, chunkBytes }))).toEqual(expected);
  });

  test('reads what a growing file held when it was opened, so that it ends', async () => {
    const path = dir.file('growing.log', 'one\ntwo\n'.repeat(50_000));
    let lines = 0;
    for await (const batch of openSource(path, { chunkBytes: 1024 }).batches(new AbortController().signal)) {
      if (lines === 0) appendFileSync(path, 'three\n');
      lines += batch.length;
    }
    expect(lines).toBe(100_000);
  });

  test('tells how far it is', async () => {
    const content = gzipSync('one\n\ntwo\n');
    const source = open(content);
    await collect(source);
    expect(source.progress).toMatchObject({
      size: content.length,
      read: content.length,
      bytes: 9,
      lines: 3,
      blank: 1,
    });
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    let lines = 0;
    for await (const batch of open('one\n'.repeat(100_000), { chunkBytes: 4096 }).batches(stop.signal)) {
      lines += batch.length;
      stop.abort();
    }
    expect(lines).toBeLessThan(2000);
  });

  test('reads a named pipe', async () => {
    const path = join(dir.path, 'pipe');
    execFileSync('mkfifo', [path]);
    const reading = shown(openSource(path));
    execFileSync('sh', ['-c', 'printf "one\\ntwo" > "$0"', path]);
    expect(await reading).toEqual(['1 one', '2 two']);
  });
});

describe('reading standard input', () => {
  const stdin = (...chunks: (string | Buffer)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

  test('reads lines however they arrive', async () => {
    expect(await shown(openSource('-', { stdin: stdin('on', 'e\ntw', 'o') }))).toEqual(['1 one', '2 two']);
  });

  test('reads compressed data, even when they arrive byte by byte', async () => {
    const bytes = [...gzipSync('one\ntwo\n')].map((byte) => Buffer.from([byte]));
    expect(await shown(openSource('-', { stdin: stdin(...bytes) }))).toEqual(['1 one', '2 two']);
  });

  test('ends when it is told to while nothing arrives', async () => {
    const stop = new AbortController();
    const silent = new Readable({ read: () => undefined });
    const batches = openSource('-', { stdin: silent }).batches(stop.signal)[Symbol.asyncIterator]();
    const next = batches.next();
    stop.abort();
    expect(await next).toMatchObject({ done: true });
    expect(silent.destroyed).toBe(true);
  });
});

describe('refusing what is no log', () => {
  test('a missing file', async () => {
    const error = await refusal(join(dir.path, 'missing.log'));
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain('missing.log: there is no such file: check the path');
  });

  test('a directory', async () => {
    const error = await refusal(dir.path);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain('this is a directory: name the log files in it');
  });

  test('an unreadable file', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may read everything');
    const path = dir.file('unreadable.log', 'one\n');
    chmodSync(path, 0);
    expect(String(await refusal(path))).toContain('permission denied');
  });

  test('a symbolic link to itself', async () => {
    const path = join(dir.path, 'loop');
    symlinkSync(path, path);
    expect(String(await refusal(path))).toContain('leads back to itself');
  });

  test.each([
    {
      name: 'UTF-16LE with its mark',
      content: Buffer.from('\ufeff{"kind":"Event"}\n', 'utf16le'),
      says: 'UTF-16LE',
    },
    { name: 'UTF-16BE with its mark', content: utf16be('\ufeff{"kind":"Event"}\n'), says: 'UTF-16BE' },
    {
      name: 'UTF-16LE without a mark',
      content: Buffer.from('{"kind":"Event"}\n', 'utf16le'),
      says: 'iconv -f UTF-16LE',
    },
    { name: 'UTF-16BE without a mark', content: utf16be('{"kind":"Event"}\n'), says: 'iconv -f UTF-16BE' },
    {
      name: 'UTF-16 inside gzip',
      content: gzipSync(Buffer.from('\ufeffone\n', 'utf16le')),
      says: 'UTF-16LE',
    },
    { name: 'a zip archive', content: Buffer.from('PK\x03\x04……'), says: 'a zip archive' },
    { name: 'an xz file', content: Buffer.from('\xfd7zXZ\0\0', 'latin1'), says: 'xz -dc' },
    { name: 'a bzip2 file', content: Buffer.from('BZh91AY&SY', 'latin1'), says: 'bzip2 -dc' },
    {
      name: 'a packet capture',
      content: Buffer.from('\xd4\xc3\xb2\xa1\x02\0\x04\0', 'latin1'),
      says: 'a packet capture',
    },
    { name: 'a systemd journal', content: Buffer.from('LPKSHHRH\0\0\0\0'), says: 'journalctl --file' },
    {
      name: 'a tar archive inside gzip',
      content: gzipSync(Buffer.concat([Buffer.from('audit.log'), Buffer.alloc(248), Buffer.from('ustar\0')])),
      says: 'a tar archive',
    },
    { name: 'a program', content: readFileSync(process.execPath).subarray(0, 10_000), says: 'a program' },
    {
      name: 'other binary data',
      content: Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251)),
      says: 'binary data',
    },
  ])('$name', async ({ content, says }) => {
    const path = dir.file('input', content);
    const error = await refusal(path);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(`${path}: this is`);
    expect(String(error)).toContain(says);
  });
});
