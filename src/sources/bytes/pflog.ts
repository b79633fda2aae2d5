import type { Chunks } from './chunks.ts';
import { DamagedInput } from './damaged.ts';
import { type Reading, readPflogRecord } from './pflog-record.ts';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** libpcap's own bound for a stored packet. */
const LARGEST_PACKET = 262_144;
/** LINKTYPE_PFLOG. */
const PFLOG = 117;

interface Capture extends Reading {
  readonly linkType: number;
}

const MAGICS: readonly { magic: number; nanos: boolean }[] = [
  { magic: 0xa1b2c3d4, nanos: false },
  { magic: 0xa1b23c4d, nanos: true },
];

/** What kind of capture begins with `head`; undefined for anything that is no pcap file. */
const captureOf = (head: Buffer): Capture | undefined => {
  if (head.length < FILE_HEADER) return undefined;
  for (const { magic, nanos } of MAGICS)
    for (const little of [true, false])
      if ((little ? head.readUInt32LE(0) : head.readUInt32BE(0)) === magic) {
        const link = little ? head.readUInt32LE(20) : head.readUInt32BE(20);
        return { little, nanos, linkType: link & 0x0fffffff };
      }
  return undefined;
};

/** Whether this is what pflogd writes: the one capture whose packets carry a decision. */
export const isPflogCapture = (head: Buffer): boolean => captureOf(head)?.linkType === PFLOG;

/** A capture of link type PFLOG as text, one line a packet, as tcpdump would print it. */
export async function* pflogText(chunks: Chunks): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let capture: Capture | undefined;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let at = 0;
    if (capture === undefined) {
      if (rest.length < FILE_HEADER) continue;
      capture = captureOf(rest);
      if (capture === undefined) throw new DamagedInput('the header of the capture cannot be read');
      at = FILE_HEADER;
    }
    const cut = cutRecords(rest, at, capture);
    if (cut.lines.length > 0) yield Buffer.from(`${cut.lines.join('\n')}\n`);
    if (cut.broken !== undefined) throw new DamagedInput(cut.broken);
    rest = rest.subarray(cut.end);
  }
  if (rest.length > 0) throw new DamagedInput('the capture ends within a packet');
}

interface Cut {
  readonly lines: readonly string[];
  readonly end: number;
  readonly broken: string | undefined;
}

const cutRecords = (bytes: Buffer, from: number, capture: Capture): Cut => {
  const lines: string[] = [];
  let at = from;
  while (at + RECORD_HEADER <= bytes.length) {
    const length = capture.little ? bytes.readUInt32LE(at + 8) : bytes.readUInt32BE(at + 8);
    if (length > LARGEST_PACKET)
      return { lines, end: at, broken: `a packet claims to be ${length} bytes long` };
    const end = at + RECORD_HEADER + length;
    if (end > bytes.length) break;
    lines.push(readPflogRecord(bytes.subarray(at, end), capture));
    at = end;
  }
  return { lines, end: at, broken: undefined };
};
