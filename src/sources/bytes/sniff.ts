import { isUtf8 } from 'node:buffer';
import { InputError } from '../../errors.ts';

/** How many bytes the look at the beginning needs (tar says `ustar` at 257). */
export const SNIFF_BYTES = 4096;

export type Compression = 'gzip' | 'zstd';

const startsWith = (head: Buffer, magic: string, at = 0): boolean =>
  head.subarray(at, at + magic.length).equals(Buffer.from(magic, 'latin1'));

/** By the first bytes, whatever the file is called. */
export const compressionOf = (head: Buffer): Compression | undefined => {
  if (startsWith(head, '\x1f\x8b\x08')) return 'gzip';
  // A zstd frame, or a skippable frame before one.
  if (startsWith(head, '\x28\xb5\x2f\xfd')) return 'zstd';
  return head.length >= 4 && (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : undefined;
};

const UNPACK = 'unpack it and give the log file inside';
const TEXT = 'give the log as text';
const CAPTURE =
  'packets have to be logged as text first (tcpdump -r prints them, but not as netfilter lines); of captures only those of pflogd are read (pcap, link type PFLOG)';

/** Files that people take for logs, with what to do about them. */
const KINDS: readonly { magic: string; at?: number; kind: string; advice: string }[] = [
  { magic: 'PK\x03\x04', kind: 'a zip archive', advice: UNPACK },
  { magic: '\xfd7zXZ\0', kind: 'an xz file', advice: 'decompress it with `xz -dc` and pipe it in (`-`)' },
  { magic: 'BZh', kind: 'a bzip2 file', advice: 'decompress it with `bzip2 -dc` and pipe it in (`-`)' },
  {
    magic: '\x04\x22\x4d\x18',
    kind: 'an lz4 file',
    advice: 'decompress it with `lz4 -dc` and pipe it in (`-`)',
  },
  { magic: '7z\xbc\xaf\x27\x1c', kind: 'a 7z archive', advice: UNPACK },
  { magic: 'ustar', at: 257, kind: 'a tar archive', advice: UNPACK },
  { magic: '\xd4\xc3\xb2\xa1', kind: 'a packet capture (pcap)', advice: CAPTURE },
  { magic: '\xa1\xb2\xc3\xd4', kind: 'a packet capture (pcap)', advice: CAPTURE },
  { magic: '\x4d\x3c\xb2\xa1', kind: 'a packet capture (pcap)', advice: CAPTURE },
  { magic: '\x0a\x0d\x0d\x0a', kind: 'a packet capture (pcapng)', advice: CAPTURE },
  {
    magic: 'LPKSHHRH',
    kind: 'a systemd journal',
    advice: 'print it with `journalctl --file FILE` and pipe it in (`-`)',
  },
  { magic: 'SQLite format 3\0', kind: 'an SQLite database', advice: TEXT },
  { magic: 'ElfFile\0', kind: 'a Windows event log', advice: TEXT },
  { magic: '\x7fELF', kind: 'a program', advice: TEXT },
  { magic: '%PDF-', kind: 'a PDF document', advice: TEXT },
  { magic: 'PAR1', kind: 'a Parquet file', advice: TEXT },
  { magic: '\x89PNG', kind: 'a picture', advice: TEXT },
  { magic: '\xff\xd8\xff', kind: 'a picture', advice: TEXT },
];

const utf16Of = (head: Buffer): string | undefined => {
  if (startsWith(head, '\xff\xfe')) return 'UTF-16LE';
  if (startsWith(head, '\xfe\xff')) return 'UTF-16BE';
  // Without a mark: text of mostly ASCII letters has a NUL at every second place, and hardly any at the others.
  const pairs = Math.floor(head.length / 2);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) even++;
    if (head[2 * i + 1] === 0) odd++;
  }
  if (pairs < 4) return undefined;
  if (odd > pairs * 0.7 && even < pairs * 0.1) return 'UTF-16LE';
  return even > pairs * 0.7 && odd < pairs * 0.1 ? 'UTF-16BE' : undefined;
};

const isControl = (byte: number): boolean =>
  byte === 0x7f || (byte < 0x20 && byte !== 0x1b && (byte < 0x09 || byte > 0x0d));

/** Cuts an UTF-8 sequence that the end of the head has split. */
const wholeCharacters = (head: Buffer): Buffer => {
  for (let back = 1; back <= Math.min(3, head.length); back++) {
    const byte = head[head.length - back] ?? 0;
    if (byte >= 0xc0) return head.subarray(0, head.length - back);
    if (byte < 0x80) break;
  }
  return head;
};

/**
 * A log may hold NUL bytes (after a crash, or before the first line when it was truncated under its writer) and
 * broken UTF-8. Only what has both control characters and no valid encoding, or is full of the former, is refused.
 */
const isBinary = (head: Buffer): boolean => {
  let start = 0;
  while (head[start] === 0) start++;
  const rest = head.subarray(start);
  if (rest.length < 64) return false;
  let controls = 0;
  for (const byte of rest) if (isControl(byte)) controls++;
  return controls > rest.length * 0.3 || (controls > rest.length * 0.05 && !isUtf8(wholeCharacters(rest)));
};

/** Throws `InputError` when the beginning of the (decompressed) input is no text that lines could be cut from. */
export const refuseOtherThanText = (name: string, head: Buffer): void => {
  const known = KINDS.find(({ magic, at }) => startsWith(head, magic, at ?? 0));
  if (known !== undefined) throw new InputError(`${name}: this is ${known.kind}: ${known.advice}`);
  const utf16 = utf16Of(head);
  if (utf16 !== undefined) {
    const advice = `convert it to UTF-8 first (\`iconv -f ${utf16} -t UTF-8\`)`;
    throw new InputError(`${name}: this is ${utf16} text: ${advice}`);
  }
  if (isBinary(head)) throw new InputError(`${name}: this is no text but binary data: ${TEXT}`);
};

const BOM = '\xef\xbb\xbf';

/** Length of the byte order mark that begins the text. */
export const bomLength = (head: Buffer): number => (startsWith(head, BOM) ? BOM.length : 0);
