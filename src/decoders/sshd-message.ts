/** What one message of sshd says, as far as the line makes it certain. All texts are hostile. */
export interface SshdMessage {
  readonly event: SshdEvent;
  readonly user?: string | undefined;
  /** As printed: IPv4, IPv6, with a zone (`%eth0`), `UNKNOWN`, a host name in old files. */
  readonly ip?: string | undefined;
  readonly port?: number | undefined;
  readonly method?: string | undefined;
  /** Fingerprint of the first key of a publickey login: `SHA256:…`, or the MD5 colon form of OpenSSH 6 and 7. */
  readonly key?: string | undefined;
  /** Key ID of a certificate: free text, written by whoever had it signed. */
  readonly certId?: string | undefined;
  /** How many equal messages rsyslog put into this one. */
  readonly repeats?: number | undefined;
}

export type SshdEvent =
  | 'accepted'
  | 'failed'
  | 'invalid_user'
  | 'partial'
  | 'postponed'
  | 'denied'
  | 'connection'
  | 'disconnect'
  | 'session'
  | 'other';

/**
 * S1, to the letter (rules.md). The first address is the peer's: a login needs an existing user, whose name has no
 * blanks, and what follows `ssh2` may be a hostile key ID that imitates an address.
 */
const ACCEPTED = /^Accepted (\S+) for (\S+) from (\S+) port (\d+)\s+ssh2(?:$|: )/;

/** The same for a user that exists, on the lines that are no login. */
const EXISTING =
  /^(Failed|Partial|Postponed) (\S+) for (\S+) from (\S+)(?: port (\d{1,5})(?:\s+ssh[12])?)?(?=[ :]|$)/;

/** A user that does not exist can have any name, so the last address, at the end of the line, is the peer's. */
const UNKNOWN_USER = /^(Failed|Postponed) (\S+) for (?:(?:invalid|illegal) user |(?=<invalid username> ))/;
const UNKNOWN_USER_END = /^ (\S+)(?: port (\d{1,5})(?:\s+ssh[12])?)?(?: \[preauth\]|: \S+ \S+)?$/;

const INVALID_USER = /^(?:Invalid|Illegal) user /;
const INVALID_USER_END = /^ (\S+)(?: port (\d{1,5}))?$/;

const DENIED = /^User (\S+) from (\S+) not allowed because /;
const CONNECTION = /^Connection from (\S+) port (\d{1,5})(?: |$)/;
const FIRST_ADDRESS =
  /^(?:error: )?(?:Received disconnect from|Connection (?:closed|reset) by|Disconnected from) (?:(\S+) port (\d{1,5})(?=[ :]|$)|([\da-f.:]*[\da-f])(?=:? |$))/;
const GONE_USER =
  /^(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting) (?:authenticating user|invalid user|user) /;
const GONE_END = /^(\S+) port (\d{1,5})(?:: Too many authentication failures)?(?: \[preauth\])?$/;
const SESSION =
  /^(?:pam_[a-z0-9]+\(sshd:session\): session (?:opened|closed) for user|Starting session:|Close session:|User child is on pid|Session closed)/;

export const readSshdMessage = (written: string): SshdMessage => {
  const message = withoutLineEnd(written);
  const repeated = REPEATED.exec(message);
  if (repeated !== null && message.endsWith(']')) {
    return readRepeated(message.slice(repeated[0].length, -1), Number(repeated[1]));
  }
  return (
    readAccepted(message) ??
    readAttempt(message) ??
    readUnknownUser(message) ??
    readGone(message) ??
    readOther(message)
  );
};

/** rsyslog's own words for equal messages one after the other. A login is never one: its port is new each time. */
const REPEATED = /^message repeated (\d{1,9}) times: \[ ?/;

const readRepeated = (message: string, repeats: number): SshdMessage => {
  const read = readAttempt(message) ?? readUnknownUser(message) ?? readGone(message);
  return read === undefined ? { event: 'other' } : { ...read, repeats };
};

/** sshd that writes to a file (-e, -E) ends its lines with CR LF. */
const withoutLineEnd = (message: string): string => {
  let end = message.length;
  while (end > 0 && (message[end - 1] === '\r' || message[end - 1] === '\n')) end -= 1;
  return message.slice(0, end);
};

const readAccepted = (message: string): SshdMessage | undefined => {
  const match = ACCEPTED.exec(message);
  if (match === null) return undefined;
  const [whole, method, user, ip, port] = match;
  const key = method === 'publickey' ? readKey(message.slice(whole.length)) : {};
  return { event: 'accepted', user, ip, port: Number(port), method, ...key };
};

const FINGERPRINT =
  /^(\S{1,64}) ((?:SHA\d{1,3}|MD5):[^\s,]{1,150}|[\da-fA-F]{2}(?::[\da-fA-F]{2}){15})(?=[\s,]|$)/;

const readKey = (extra: string): Pick<SshdMessage, 'key' | 'certId'> => {
  const match = FINGERPRINT.exec(extra);
  if (match === null) return {};
  const [whole, type, key] = match;
  const rest = extra.slice(whole.length);
  const end = rest.lastIndexOf(' (serial '); // the real one is behind the key ID, which may imitate it
  const isCertificate = type?.endsWith('-CERT') && rest.startsWith(' ID ') && end >= 4;
  return isCertificate ? { key, certId: rest.slice(4, end) } : { key };
};

const ATTEMPT: Readonly<Record<string, SshdEvent>> = {
  Failed: 'failed',
  Partial: 'partial',
  Postponed: 'postponed',
};

const readAttempt = (message: string): SshdMessage | undefined => {
  const match = EXISTING.exec(message);
  if (match === null) return undefined;
  const [, word = '', method, user, ip, port] = match;
  return { event: ATTEMPT[word] ?? 'other', user, ip, port: numberOf(port), method };
};

/** Splits at the last ` from `: name before it, address behind it. */
const splitLast = (message: string, start: number, end: RegExp): SshdAddress | undefined => {
  const from = message.lastIndexOf(' from ');
  if (from < start - 1) return undefined;
  const match = end.exec(message.slice(from + 5));
  if (match === null) return undefined;
  return { user: message.slice(start, from), ip: match[1], port: numberOf(match[2]) };
};

type SshdAddress = Pick<SshdMessage, 'user' | 'ip' | 'port'>;

const numberOf = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits);

const readUnknownUser = (message: string): SshdMessage | undefined => {
  const attempt = UNKNOWN_USER.exec(message);
  if (attempt !== null) {
    const [whole, word = '', method] = attempt;
    return { event: ATTEMPT[word] ?? 'other', method, ...splitLast(message, whole.length, UNKNOWN_USER_END) };
  }
  const invalid = INVALID_USER.exec(message);
  if (invalid === null) return undefined;
  return { event: 'invalid_user', ...splitLast(message, invalid[0].length, INVALID_USER_END) };
};

/** `Connection closed by invalid user <name> <ip> port <n> [preauth]`: the name is free text, the end is not. */
const readGone = (message: string): SshdMessage | undefined => {
  const named = GONE_USER.exec(message);
  if (named === null) {
    const match = FIRST_ADDRESS.exec(message);
    return match === null
      ? undefined
      : { event: 'disconnect', ip: match[1] ?? match[3], port: numberOf(match[2]) };
  }
  const port = message.lastIndexOf(' port ');
  const ip = message.lastIndexOf(' ', port - 1);
  const match = ip < named[0].length - 1 ? null : GONE_END.exec(message.slice(ip + 1));
  if (match === null) return { event: 'disconnect' };
  return {
    event: 'disconnect',
    user: message.slice(named[0].length, ip),
    ip: match[1],
    port: numberOf(match[2]),
  };
};

const readOther = (message: string): SshdMessage => {
  const connection = CONNECTION.exec(message);
  if (connection !== null) return { event: 'connection', ip: connection[1], port: numberOf(connection[2]) };
  const denied = DENIED.exec(message);
  if (denied !== null) return { event: 'denied', user: denied[1], ip: denied[2] };
  return { event: SESSION.test(message) ? 'session' : 'other' };
};
