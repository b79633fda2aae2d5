import { createBoundedCache } from '../bounded-cache.ts';
import type { Event, Line, Micros, Occurrence } from '../event.ts';
import type { DecodeContext, Decoded, Decoder, DerivedField } from './decoder.ts';
import { excerpt } from './excerpt.ts';
import { duplicateOf, hostOf } from './identity.ts';
import { readFilterlog } from './pf-filterlog.ts';
import type { PfPacket } from './pf-packet.ts';
import { isPflogPacket, readPflogHead, readPflogPacket } from './pf-tcpdump.ts';
import { readSyslog, type Syslog } from './syslog.ts';

/** Files and streams whose last line may wait for its second half. */
const OPEN_HEADS = 64;

/** A decision whose packet comes on the next line (`tcpdump -v`), with the time of that first line. */
interface Head {
  readonly packet: PfPacket;
  readonly number: number;
  readonly time: Micros | undefined;
}

/** Decodes pf's log: tcpdump's text of pflog0, filterlog of pfSense and OPNsense, and captures of pflogd. */
export const createPf = (context: DecodeContext): Decoder => {
  const heads = createBoundedCache<string, Head>(OPEN_HEADS);
  return {
    format: 'pf',
    fields: fieldsOf(context),
    decode: (line, stream) => decode(line, stream, heads),
  };
};

type Heads = ReturnType<typeof createBoundedCache<string, Head>>;

const decode = (line: Line, stream: string, heads: Heads): Decoded => {
  const header = readSyslog(line);
  if ('reason' in header) return [{ line, ...header }];
  const message = withoutClock(messageOf(header));
  const packet = readPf(header, message);
  const place = `${stream}\n${line.file}`;
  if (packet !== undefined) {
    const whole = packet.src !== undefined || packet.from === 'filterlog';
    if (!whole) heads.set(place, { packet, number: line.number, time: header.time });
    return [new PfEvent({ line, stream, header, packet, whole })];
  }
  const head = heads.get(place);
  if (head === undefined || head.number !== line.number - 1 || !isPflogPacket(message))
    return [{ line, reason: 'other-kind', detail: `no line of pf's log: ${excerpt(line.text)}` }];
  const second = definedOf(readPflogPacket(message));
  const time = line.time ?? head.time;
  const joined = { ...head.packet, ...second };
  return [new PfEvent({ line, stream, header: { ...header, time }, packet: joined, whole: true })];
};

const definedOf = (content: ReturnType<typeof readPflogPacket>): ReturnType<typeof readPflogPacket> =>
  Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));

/** What pf logged, in either form; undefined for text of another program. */
export const readPf = (header: Syslog, message = withoutClock(messageOf(header))): PfPacket | undefined => {
  if (header.tag === 'filterlog') return readFilterlog(message);
  if (header.tag !== undefined && !/^(?:pf|tcpdump$)/.test(header.tag) && header.host !== 'rule')
    return undefined;
  return readPflogHead(message) ?? readFilterlog(message);
};

/** Behind a date `rule 5/0(match): ` looks like host and tag. */
const messageOf = ({ host, tag, message }: Syslog): string => {
  if (host !== 'rule') return message;
  return tag === undefined ? `rule ${message}` : `rule ${tag}: ${message}`;
};

/** tcpdump's own stamps: `12:00:00.123456 ` has no date, `1700000000.123456 ` and `2026-… ` have one. */
const withoutClock = (message: string): string =>
  message.replace(/^(?:\d\d:\d\d:\d\d|\d{9,11})\.\d{1,9} /, '');

interface Parts {
  readonly line: Line;
  readonly stream: string;
  readonly header: Syslog;
  readonly packet: PfPacket;
  /** False: a decision without its packet, which is on the next line. */
  readonly whole: boolean;
}

class PfEvent implements Event {
  readonly format = 'pf';
  readonly evaluated: boolean;
  readonly opens = false;
  readonly actor = undefined;
  readonly namespace = undefined;
  readonly line: Line;
  readonly stream: string;
  readonly text: string;
  readonly time: Micros | undefined;
  readonly doc: Syslog;
  readonly packet: PfPacket;

  constructor({ line, stream, header, packet, whole }: Parts) {
    this.line = line;
    this.stream = stream;
    this.text = line.text;
    this.time = header.time;
    this.doc = header;
    this.packet = packet;
    this.evaluated = whole;
  }

  get peer(): string | undefined {
    return this.packet.src;
  }

  get object(): string | undefined {
    return this.packet.dst;
  }

  get outcome(): Event['outcome'] {
    if (this.packet.action === 'block') return 'denied';
    return this.packet.action === 'pass' ? 'succeeded' : 'unknown';
  }

  get occurrence(): Occurrence {
    return duplicateOf(this.line, this.stream, this.time);
  }
}

const field = (
  type: DerivedField['type'],
  about: string,
  read: (packet: PfPacket, event: PfEvent) => unknown,
): DerivedField => ({
  type,
  about,
  read: (event: Event) => {
    const own = event as PfEvent; // a decoder's fields are only called with its own events
    return read(own.packet, own);
  },
});

const fieldsOf = ({ zones }: DecodeContext): Decoder['fields'] => ({
  'event.time': field('number', "the line's own stamp, else the record's, in microseconds", (_, e) => e.time),
  'event.object': field('string', 'the destination address', (_, e) => e.object),
  'net.peer': field('string', 'the source address', (_, e) => e.peer),
  'net.zones': field('list', 'names of the zones that hold the source', (_, e) => zones.of(e.peer, e.time)),
  'pf.host': field('string', 'the host of the header, else of the stream labels', (_, e) =>
    hostOf(e.doc, e.line),
  ),
  'pf.form': field('string', '`filterlog` or `pflog`', (p) => p.from),
  'pf.action': field('string', 'block, pass, match, nat, rdr, …', (p) => p.action),
  'pf.direction': field('string', 'in, out, in/out or fwd', (p) => p.direction),
  'pf.interface': field('string', 'interface', (p) => p.interface),
  'pf.reason': field('string', 'match, fragment, short, state-mismatch, …', (p) => p.reason),
  'pf.rule': field('number', 'number of the rule', (p) => p.rule),
  'pf.subrule': field('number', 'number of the rule within its anchor', (p) => p.subrule),
  'pf.anchor': field('string', 'anchor of the rule', (p) => p.anchor),
  'pf.tracker': field('string', 'what identifies the rule across reloads', (p) => p.tracker),
  'pf.src': field('string', 'source address', (p) => p.src),
  'pf.dst': field('string', 'destination address', (p) => p.dst),
  'pf.spt': field('number', 'source port', (p) => p.spt),
  'pf.dpt': field('number', 'destination port', (p) => p.dpt),
  'pf.proto': field('string', 'TCP, UDP, ICMP, ICMPv6, … or a number', (p) => p.proto),
  'pf.flags': field('string', 'TCP flags as logged', (p) => p.flags),
  'pf.len': field('number', 'length in bytes', (p) => p.len),
  'pf.ttl': field('number', 'TTL, or the hop limit of IPv6', (p) => p.ttl),
});
