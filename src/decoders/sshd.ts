import type { Event, Line, Micros, Occurrence, Outcome } from '../event.ts';
import { SECOND } from '../event.ts';
import type { DecodeContext, Decoded, Decoder, DerivedField } from './decoder.ts';
import { duplicateKey, hostOf } from './identity.ts';
import { readSshdMessage, type SshdMessage } from './sshd-message.ts';
import { isSshdTag, readSyslog, type Syslog } from './syslog.ts';

/** What rules can read by path beside the declared fields: `message`, `host`. */
interface SshdDoc extends SshdMessage {
  readonly host: string | undefined;
  readonly tag: string | undefined;
  readonly pid: string | undefined;
  readonly message: string;
}

interface SshdEvent extends Event {
  readonly doc: SshdDoc;
}

/** Decodes lines of sshd, with any syslog header, in journald records, or as the message alone. */
export const createSshd = (context: DecodeContext): Decoder => ({
  format: 'sshd',
  fields: fieldsOf(context),
  decode: (line, stream) => decode(line, stream),
});

const decode = (line: Line, stream: string): Decoded => {
  const header = readSyslog(line);
  if ('reason' in header) return [{ line, ...header }];
  const doc: SshdDoc = {
    ...readMessage(header),
    host: hostOf(header, line),
    tag: header.tag,
    pid: header.pid,
    message: header.message,
  };
  const { time } = header;
  const event: SshdEvent = {
    format: 'sshd',
    stream,
    line,
    text: line.text,
    doc,
    time,
    evaluated: true,
    opens: false,
    occurrence: occurrenceOf(line, stream, doc, time),
    actor: doc.user,
    peer: doc.ip,
    object: doc.host,
    namespace: undefined,
    outcome: OUTCOMES[doc.event] ?? 'unknown',
  };
  return [event];
};

/** Under the tag of another program everything is text that somebody may have typed. */
const readMessage = (header: Syslog): SshdMessage => {
  if (header.tag !== undefined)
    return isSshdTag(header.tag) ? readSshdMessage(header.message) : { event: 'other' };
  const message = readSshdMessage(header.message);
  if (message.event !== 'other' || header.host === undefined) return message;
  // a stamp and then the message at once: its first word was taken for the host
  return readSshdMessage(`${header.host} ${header.message}`);
};

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  accepted: 'succeeded',
  failed: 'failed',
  invalid_user: 'failed',
  denied: 'denied',
};

/**
 * A login at one second from the same address, port, user and process is one event, however often and in whatever
 * shape it is shipped. The host belongs to it: process ids and the client's ports repeat from host to host.
 */
const occurrenceOf = (line: Line, stream: string, doc: SshdDoc, time: Micros | undefined): Occurrence => {
  const order = time ?? Number.POSITIVE_INFINITY;
  if (doc.event !== 'accepted' || time === undefined) {
    return { key: duplicateKey(line, stream, time), counts: 'first-match', order };
  }
  const second = Math.floor(time / SECOND);
  const login = [stream, 'login', second, doc.ip, doc.port, doc.user, doc.pid ?? null, doc.host ?? null];
  return { key: JSON.stringify(login), counts: 'first-match', order };
};

const field = (
  type: DerivedField['type'],
  about: string,
  read: (event: SshdEvent) => unknown,
): DerivedField => ({
  type,
  about,
  read: (event: Event) => read(event as SshdEvent), // a decoder's fields are only called with its own events
});

const fieldsOf = (context: DecodeContext): Decoder['fields'] => ({
  'event.time': field(
    'number',
    "the line's own stamp, else the record's, in microseconds since 1970",
    (e) => e.time,
  ),
  'event.actor': field('string', 'the user name', (e) => e.actor),
  'event.object': field('string', 'the host that sshd runs on', (e) => e.object),
  'event.outcome': field('string', 'succeeded, failed, denied or unknown', (e) => e.outcome),
  'net.peer': field('string', 'the address of the client, as printed', (e) => e.peer),
  'net.zones': field('list', 'names of the zones that hold the peer', (e) =>
    context.zones.of(e.peer, e.time),
  ),
  'sshd.event': field(
    'string',
    'accepted, failed, invalid_user, partial, postponed, denied, connection, disconnect, session or other',
    (e) => e.doc.event,
  ),
  'sshd.user': field('string', 'the user name; free text where the user does not exist', (e) => e.doc.user),
  'sshd.ip': field('string', 'the address of the client, as printed; may be UNKNOWN', (e) => e.doc.ip),
  'sshd.port': field('number', 'the port of the client', (e) => e.doc.port),
  'sshd.method': field('string', 'publickey, password, keyboard-interactive/pam, …', (e) => e.doc.method),
  'sshd.key': field('string', 'fingerprint of the first key of a publickey login', (e) => e.doc.key),
  'sshd.cert_id': field('string', 'key ID of the certificate of a login: free text', (e) => e.doc.certId),
  'sshd.repeats': field('number', 'equal messages that rsyslog put into this one', (e) => e.doc.repeats),
  'sshd.tag': field('string', 'the syslog tag', (e) => e.doc.tag),
  'sshd.tagged': field(
    'boolean',
    'the line has a syslog tag; without one a user name with two line feeds can forge a line',
    (e) => e.doc.tag !== undefined,
  ),
  'sshd.pid': field('string', 'the process id', (e) => e.doc.pid),
  'sshd.host': field('string', 'the host of the header, else of the stream labels', (e) => e.doc.host),
});
