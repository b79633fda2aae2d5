import type { Line, Micros, RejectReason } from '../event.ts';
import { readJournal } from './journald.ts';
import { parseJson } from './parse-json.ts';
import { type Clock, readCtime, readRfc3339, readTraditional } from './stamp.ts';

/** A line of text without its header. */
export interface Syslog {
  /** The line's own stamp, else the record's. */
  readonly time: Micros | undefined;
  readonly host: string | undefined;
  readonly tag: string | undefined;
  readonly pid: string | undefined;
  /** What the program wrote, without leading blanks. Hostile text. */
  readonly message: string;
  /** The shape of the header. */
  readonly from: 'rfc3164' | 'rfc3339' | 'rfc5424' | 'journald' | 'dmesg' | 'message';
}

/** Tags under which sshd writes: sshd-session since 9.8, sshd-auth since 10.0. */
export const isSshdTag = (tag: string): boolean => SSHD_TAGS.has(tag);

const SSHD_TAGS = new Set(['sshd', 'sshd-session', 'sshd-auth']);

/** Why a line is no text of this sort. */
export interface Refusal {
  readonly reason: RejectReason;
  readonly detail: string;
}

export const readSyslog = (line: Pick<Line, 'text' | 'time' | 'notAfter'>): Syslog | Refusal => {
  const text = line.text.trimStart();
  if (text === '') return { reason: 'other-kind', detail: 'The line is empty.' };
  return (text.startsWith('{') ? readDocument(text, line) : undefined) ?? readHeader(text, line);
};

/** Undefined: it starts like a document, yet is text (a user name that sshd wrote to a file may start a line). */
const readDocument = (text: string, clock: Clock): Syslog | Refusal | undefined => {
  const parsed = parseJson(text);
  if ('reason' in parsed) return parsed.reason === 'truncated' ? parsed : undefined;
  const record = readJournal(parsed.doc);
  if (record === undefined) {
    return {
      reason: 'other-kind',
      detail: 'A JSON document that is no journald record, in a stream of text lines.',
    };
  }
  return {
    ...record,
    time: record.time ?? clock.time,
    message: record.message.trimStart(),
    from: 'journald',
  };
};

const PRI = /^<\d{1,3}>/;

const readHeader = (text: string, clock: Clock): Syslog => {
  const priority = PRI.exec(text)?.[0] ?? '';
  const rest = text.slice(priority.length).trimStart();
  if (priority !== '' && rest.startsWith('1 ')) {
    const modern = readRfc5424(rest, clock);
    if (modern !== undefined) return modern;
  }
  const iso = readRfc3339(rest);
  const stamp = iso ?? readTraditional(rest, clock);
  if (stamp !== undefined) {
    const time = stamp.time ?? clock.time;
    return { ...readStamped(rest.slice(stamp.end)), time, from: iso === undefined ? 'rfc3164' : 'rfc3339' };
  }
  return readUnstamped(rest, clock);
};

/** `VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID ` of RFC 5424, lengths bounded as there. */
const RFC5424 = /^1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32})(?: |$)/;

const readRfc5424 = (text: string, clock: Clock): Syslog | undefined => {
  const match = RFC5424.exec(text);
  if (match === null) return undefined;
  const [whole, stamp = '-', host, tag, pid] = match;
  const own = stamp === '-' ? undefined : readRfc3339(stamp);
  if (stamp !== '-' && own?.end !== stamp.length) return undefined;
  const message = text.slice(endOfStructuredData(text, whole.length)).replace(/^\s*\ufeff?\s*/, '');
  const nil = (value: string | undefined): string | undefined => (value === '-' ? undefined : value);
  return {
    time: own?.time ?? clock.time,
    host: nil(host),
    tag: nil(tag),
    pid: nil(pid),
    message,
    from: 'rfc5424',
  };
};

const endOfStructuredData = (text: string, from: number): number => {
  if (text[from] === '-') return from + 1;
  let quoted = false;
  let inside = false;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"' && inside) quoted = !quoted;
    else if (!quoted && char === ']') inside = false;
    else if (!quoted && char === '[') inside = true;
    else if (!inside) return at;
  }
  return inside ? from : text.length; // never closed: it was no structured data
};

type Header = Pick<Syslog, 'host' | 'tag' | 'pid' | 'message'>;

interface Tag {
  readonly tag: string;
  readonly pid: string | undefined;
}

const TAG = /^([\w./@()+-]{1,64})(?:\[(\d{1,10})\])?:$/;
/** `auth.info`, which busybox writes between host and tag. */
const FACILITY = /^[a-z0-9]{2,10}\.[a-z]{3,8}$/;

const readTag = (word: string): Tag | undefined => {
  if (!word.endsWith(':')) return undefined;
  const match = TAG.exec(word);
  return match?.[1] === undefined ? undefined : { tag: match[1], pid: match[2] };
};

interface Word {
  readonly word: string;
  /** Index behind it. */
  readonly end: number;
}

/** The word at or behind `from`; undefined when there is none near. */
const wordAt = (text: string, from: number): Word | undefined => {
  let start = from;
  while (start < from + LONGEST_WORD && text.charCodeAt(start) <= 0x20) start += 1;
  let end = start;
  while (end < start + LONGEST_WORD && text.charCodeAt(end) > 0x20) end += 1;
  return end === start ? undefined : { word: text.slice(start, end), end };
};

const LONGEST_WORD = 256;

/** Behind a stamp: `host tag: message`, `tag: message` (the local socket) or `host message`. */
const readStamped = (text: string): Header => {
  const first = wordAt(text, 0);
  if (first === undefined) return { host: undefined, tag: undefined, pid: undefined, message: '' };
  const at = (end: number): string => text.slice(end).trimStart();
  const own = readTag(first.word);
  if (own !== undefined) return withoutInnerStamp({ host: undefined, ...own, message: at(first.end) });
  const host = first.word;
  const second = wordAt(text, first.end);
  const tag = second && readTag(second.word);
  if (second && tag) return withoutInnerStamp({ host, ...tag, message: at(second.end) });
  const between = second !== undefined && (second.word === host || FACILITY.test(second.word));
  const third = between ? wordAt(text, second.end) : undefined;
  const late = third && readTag(third.word);
  if (third && late) return withoutInnerStamp({ host, ...late, message: at(third.end) });
  return withoutInnerStamp({ host, tag: undefined, pid: undefined, message: at(first.end) });
};

/** Programs whose bare `name: ` counts as a tag where no stamp stands before it. Any `name[pid]: ` does. */
const BARE_TAGS = new Set(['kernel', ...SSHD_TAGS]);

/** Without a stamp: `tag[pid]: message`, `host tag[pid]: message`, a dmesg stamp, or the message alone. */
const readUnstamped = (text: string, clock: Clock): Syslog => {
  const time = clock.time;
  const ctime = readCtime(text);
  if (ctime !== undefined) {
    const message = text.slice(ctime.end).trimStart();
    return {
      time: ctime.time ?? time,
      host: undefined,
      tag: undefined,
      pid: undefined,
      message,
      from: 'dmesg',
    };
  }
  const first = wordAt(text, 0);
  const second = first && wordAt(text, first.end);
  for (const [word, host] of [[first], [second, first?.word]] as const) {
    const tag = word && readTag(word.word);
    if (!word || !tag || (tag.pid === undefined && !BARE_TAGS.has(tag.tag))) continue;
    return {
      ...withoutInnerStamp({ host, ...tag, message: text.slice(word.end).trimStart() }),
      time,
      from: 'message',
    };
  }
  const bare = withoutInnerStamp({ host: undefined, tag: undefined, pid: undefined, message: text });
  return { ...bare, time, from: bare.message === text ? 'message' : 'dmesg' };
};

/** `[ 2153.166478]`, and `[   T12]` behind it where the kernel names the caller: seconds since boot, no date. */
const UPTIME = /^\[ {0,12}\d{1,12}\.\d{1,9}\](?:\[ {0,12}[TC]\d{1,10}\])?/;

/** `[ID 800047 auth.info] ` of Solaris, part of the header there. */
const MESSAGE_ID = /^\[ID \d{1,10} \w{1,10}\.\w{1,10}\] /;

const withoutInnerStamp = (header: Header): Header => {
  if (header.tag !== undefined && header.tag !== 'kernel') {
    return { ...header, message: header.message.replace(MESSAGE_ID, '') };
  }
  const stamp = UPTIME.exec(header.message)?.[0];
  return stamp === undefined
    ? header
    : { ...header, message: header.message.slice(stamp.length).trimStart() };
};
