import { ipText } from './pflog-ip.ts';

/** How numbers of a capture are written. */
export interface Reading {
  readonly little: boolean;
  readonly nanos: boolean;
}

const RECORD_HEADER = 16;
/** `struct pfloghdr` up to the direction; FreeBSD and OpenBSD append other fields, counted by its first byte. */
const SHORTEST_HEADER = 61;
const NO_RULE = 0xffffffff;

const ACTIONS: readonly string[] = [
  'pass',
  'block',
  'scrub',
  'noscrub',
  'nat',
  'nonat',
  'binat',
  'nobinat',
  'rdr',
  'nordr',
  'synproxy-drop',
  'defer',
  'match',
  'divert',
  'rt',
  'afrt',
];

const REASONS: readonly string[] = [
  'match',
  'bad-offset',
  'fragment',
  'short',
  'normalize',
  'memory',
  'bad-timestamp',
  'congestion',
  'ip-option',
  'proto-cksum',
  'state-mismatch',
  'state-insert',
  'state-limit',
  'src-limit',
  'synproxy',
  'translate',
  'no-route',
];

const DIRECTIONS: readonly string[] = ['in/out', 'in', 'out', 'fwd'];

/** AF_INET is 2 everywhere; AF_INET6 is 24 (OpenBSD, NetBSD), 28 (FreeBSD), 30 (Darwin). */
const isInet6 = (family: number): boolean => family === 24 || family === 28 || family === 30;

/** One stored packet with its record header as a line of text; what cannot be read says so in its place. */
export const readPflogRecord = (record: Buffer, { little, nanos }: Reading): string => {
  const numberAt = (at: number): number => (little ? record.readUInt32LE(at) : record.readUInt32BE(at));
  const fraction = String(numberAt(4)).padStart(nanos ? 9 : 6, '0');
  const second = new Date(numberAt(0) * 1000).toISOString().slice(0, 19);
  const stamp = `${second}.${fraction.slice(0, 9)}Z`;
  return `${stamp} pf: ${decisionOf(record.subarray(RECORD_HEADER))}`;
};

const decisionOf = (packet: Buffer): string => {
  const length = packet[0] ?? 0;
  if (length < SHORTEST_HEADER || packet.length < SHORTEST_HEADER) return '[|pflog]';
  const header = (length + 3) & ~3; // padded to a word
  const rule = packet.readUInt32BE(36);
  const sub = packet.readUInt32BE(40);
  const anchor = nameAt(packet, 20);
  const within = anchor === '' ? '' : `.${anchor}${sub === NO_RULE ? '' : `.${sub}`}`;
  const reason = packet[3] ?? 0;
  const head = `rule ${rule === NO_RULE ? '' : rule}${within}/${reason}(${REASONS[reason] ?? 'unknown'})`;
  const action = ACTIONS[packet[2] ?? 0] ?? 'unknown';
  const direction = DIRECTIONS[packet[60] ?? 0] ?? 'in/out';
  const ip = packet.subarray(header);
  const family = packet[1] ?? 0;
  const about = family === 2 || isInet6(family) ? ipText(ip) : '';
  return `${head}: ${action} ${direction} on ${nameAt(packet, 4) || '?'}: ${about}`.trimEnd();
};

const NAME = 16;

/** A name of 16 bytes at most, without what would break the line apart. */
const nameAt = (packet: Buffer, at: number): string => {
  const bytes = packet.subarray(at, at + NAME);
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? NAME : end).replace(/[^\w./-]/g, '?');
};
