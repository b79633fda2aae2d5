import { type Event, type Line, type Micros, type Occurrence, type Outcome, SECOND } from '../event.ts';
import type { DecodeContext, Decoded, Decoder, DerivedField } from './decoder.ts';
import { duplicateOf, hostOf } from './identity.ts';
import { readSshdMessage, type SshdMessage } from './sshd-message.ts';
import { isSshdTag, readSyslog, type Syslog } from './syslog.ts';

/** Decodes lines of sshd, with any syslog header, in journald records, or as the message alone. */
export const createSshd = (context: DecodeContext): Decoder => ({
  format: 'sshd',
  fields: fieldsOf(context),
  decode: (line, stream) => decode(line, stream),
});

const decode = (line: Line, stream: string): Decoded => {
  const header = readSyslog(line);
  return 'reason' in header ? [{ line, ...header }] : [new SshdEvent(line, stream, header)];
};

class SshdEvent implements Event {
  readonly format = 'sshd';
  readonly evaluated = true;
  readonly opens = false;
  readonly namespace = undefined;
  readonly line: Line;
  readonly stream: string;
  readonly text: string;
  readonly time: Micros | undefined;
  /** The header, whose `message` rules can read beside the declared fields. */
  readonly doc: Syslog;
  readonly said: SshdMessage;
  readonly object: string | undefined;

  constructor(line: Line, stream: string, header: Syslog) {
    this.line = line;
    this.stream = stream;
    this.text = line.text;
    this.time = header.time;
    this.doc = header;
    this.said = readMessage(header);
    this.object = hostOf(header, line);
  }

  get actor(): string | undefined {
    return this.said.user;
  }

  get peer(): string | undefined {
    return this.said.ip;
  }

  get outcome(): Outcome {
    return OUTCOMES[this.said.event] ?? 'unknown';
  }

  /**
   * A login at one second from the same address, port, user and process is one event, however often and in whatever
   * shape it is shipped. The host belongs to it: process ids and the client's ports repeat from host to host.
   */
  get occurrence(): Occurrence {
    const { line, stream, time, doc, object } = this;
    const { event, ip, port, user } = this.said;
    if (event !== 'accepted' || time === undefined) return duplicateOf(line, stream, time);
    const second = Math.floor(time / SECOND);
    const login = [stream, 'login', second, ip, port, user, doc.pid ?? null, object ?? null];
    return { key: JSON.stringify(login), counts: 'first-match', order: time };
  }
}

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
    (e) => e.said.event,
  ),
  'sshd.user': field('string', 'the user name; free text where the user does not exist', (e) => e.said.user),
  'sshd.ip': field('string', 'the address of the client, as printed; may be UNKNOWN', (e) => e.said.ip),
  'sshd.port': field('number', 'the port of the client', (e) => e.said.port),
  'sshd.method': field('string', 'publickey, password, keyboard-interactive/pam, …', (e) => e.said.method),
  'sshd.key': field('string', 'fingerprint of the first key of a publickey login', (e) => e.said.key),
  'sshd.cert_id': field('string', 'key ID of the certificate of a login: free text', (e) => e.said.certId),
  'sshd.repeats': field('number', 'equal messages that rsyslog put into this one', (e) => e.said.repeats),
  'sshd.tag': field('string', 'the syslog tag', (e) => e.doc.tag),
  'sshd.tagged': field(
    'boolean',
    'the line has a syslog tag; without one a user name with two line feeds can forge a line',
    (e) => e.doc.tag !== undefined,
  ),
  'sshd.pid': field('string', 'the process id', (e) => e.doc.pid),
  'sshd.host': field('string', 'the host of the header, else of the stream labels', (e) => e.object),
});
