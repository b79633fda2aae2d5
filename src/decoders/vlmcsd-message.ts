import type { Micros } from '../event.ts';
import { parseRfc3339 } from '../time.ts';
import { addressIn, portIn } from './pf-packet.ts';
import type { Syslog } from './syslog.ts';

/** What one line of vlmcsd says by itself; who said it, only the lines before can tell. */
export type KmsMessage =
  | { readonly kind: 'accepted' | 'closed'; readonly address: string; readonly port: number }
  /** `-v` writes a request in many lines, of which the first has nothing in it. */
  | { readonly kind: 'request'; readonly workstation?: string; readonly product?: string }
  /** The request line of a workstation whose name has a newline in it: what follows is the rest of the name. */
  | { readonly kind: 'broken'; readonly written: number }
  | { readonly kind: 'detail'; readonly name: KmsDetail; readonly value: string }
  | { readonly kind: 'response' }
  | { readonly kind: 'refusal'; readonly why: string }
  | { readonly kind: 'other' };

export type KmsDetail = 'product' | 'application' | 'workstation' | 'status' | 'machine';

export interface KmsText {
  readonly message: KmsMessage;
  /** Local time of an unknown zone, taken as UTC. */
  readonly time: Micros | undefined;
}

const LONGEST = 1024;
const LONGEST_VALUE = 120;

const STAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: [AP]M)?: /;
const CONNECTION =
  /^IPv[46] connection (accepted|closed): \[?([\da-fA-F:.]{2,45})(?:%\w{1,15})?\]?:(\d{1,5})\.$/;
const REQUEST = /^KMS v\d{1,2}\.\d{1,2} request from (.{0,200})$/;
const DETAIL = /^([A-Z][\w ()]{2,40}?) {0,30}: (.{1,200})$/;
const REFUSAL =
  /^(?:Refusing |Client time differs more than 4 hours|Client with public IP address rejected|Rejecting )/;

const DETAILS: Readonly<Record<string, KmsDetail>> = {
  'SKU ID (aka Activation ID)': 'product',
  'Activation ID (Product)': 'product',
  'Application ID': 'application',
  'Workstation name': 'workstation',
  'Licensing status': 'status',
  'Client machine ID': 'machine',
};

export const readKms = (header: Syslog): KmsText => {
  const text = header.message.slice(0, LONGEST).trimEnd();
  const stamp = STAMP.exec(text);
  const own = stamp === null ? undefined : parseRfc3339(`${stamp[1]}T${stamp[2]}Z`);
  return { message: readMessage(stamp === null ? text : text.slice(stamp[0].length)), time: own };
};

const readMessage = (text: string): KmsMessage => {
  const connection = CONNECTION.exec(text);
  if (connection !== null) return connectionOf(connection);
  const request = REQUEST.exec(text)?.[1];
  if (request !== undefined) return requestOf(request);
  if (text === '<<< Incoming KMS request') return { kind: 'request' };
  if (text.startsWith('Sending ePID') || text.startsWith('>>> Sending response')) return { kind: 'response' };
  if (REFUSAL.test(text)) return { kind: 'refusal', why: text.slice(0, LONGEST_VALUE) };
  const detail = DETAIL.exec(text);
  const name = DETAILS[detail?.[1] ?? ''];
  return name === undefined
    ? { kind: 'other' }
    : { kind: 'detail', name, value: namePart(detail?.[2] ?? '') };
};

const connectionOf = ([, kind, host, port]: RegExpExecArray): KmsMessage => {
  const address = addressIn(host);
  const number = portIn(port);
  if (address === undefined || number === undefined) return { kind: 'other' };
  return { kind: kind === 'accepted' ? 'accepted' : 'closed', address, port: number };
};

/** The name is the client's text and may hold ` for `, the product is not: the last one parts them. */
const requestOf = (text: string): KmsMessage => {
  const cut = text.lastIndexOf(' for ');
  if (cut < 0) return { kind: 'broken', written: text.length };
  return {
    kind: 'request',
    workstation: text.slice(0, cut).slice(0, LONGEST_VALUE),
    product: namePart(text.slice(cut + 5)),
  };
};

/** `<guid> (<name>)`, or either alone. */
const namePart = (text: string): string =>
  (/^[\da-f-]{36} \((.{1,120})\)$/.exec(text)?.[1] ?? text).slice(0, LONGEST_VALUE);

/** Text that only vlmcsd writes. */
export const isVlmcsdText = (header: Syslog): boolean => {
  if (header.tag !== undefined && header.tag !== 'vlmcsd') return false;
  const { kind } = readKms(header).message;
  return kind === 'accepted' || kind === 'closed' || kind === 'request' || kind === 'broken';
};
