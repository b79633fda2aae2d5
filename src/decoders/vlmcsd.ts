import { createBoundedCache } from '../bounded-cache.ts';
import { type Event, type Line, type Micros, type Occurrence, SECOND } from '../event.ts';
import type { Zones } from '../zones.ts';
import type { DecodeContext, Decoded, Decoder, DerivedField } from './decoder.ts';
import { duplicateOf } from './identity.ts';
import { readSyslog, type Syslog } from './syslog.ts';
import { readKms } from './vlmcsd-message.ts';
import { createKmsSessions, type KmsSessions, type KmsStep } from './vlmcsd-sessions.ts';

/** Servers whose open connections are remembered at once. */
const SERVERS = 64;

/**
 * Decodes the log of vlmcsd, a KMS server. Its lines name no connection, so what a line means depends on those before
 * it: the decoder remembers, for each stream, who is connected.
 */
export const createVlmcsd = (context: DecodeContext): Decoder => {
  const servers = createBoundedCache<string, KmsSessions>(SERVERS);
  const sessionsOf = (line: Line, stream: string): KmsSessions => {
    const key = JSON.stringify([stream, line.file, line.labels?.['pod'] ?? line.labels?.['host']]);
    const sessions = servers.get(key) ?? createKmsSessions();
    servers.set(key, sessions);
    return sessions;
  };
  return {
    format: 'vlmcsd',
    fields: fieldsOf(context.zones),
    decode: (line, stream) => decode(line, stream, sessionsOf(line, stream)),
  };
};

const decode = (line: Line, stream: string, sessions: KmsSessions): Decoded => {
  const header = readSyslog(line);
  if ('reason' in header) return [{ line, ...header }];
  if (header.tag !== undefined && header.tag !== 'vlmcsd')
    return [{ line, reason: 'other-kind', detail: `a line of ${header.tag}, not of vlmcsd` }];
  const { message, time: own } = readKms(header);
  // its own stamp is local time of a zone that it does not name
  const time = header.time ?? own;
  return [new KmsEvent({ line, stream, header, step: sessions.step(message, time), time })];
};

interface Parts {
  readonly line: Line;
  readonly stream: string;
  readonly header: Syslog;
  readonly step: KmsStep;
  readonly time: Micros | undefined;
}

class KmsEvent implements Event {
  readonly format = 'vlmcsd';
  readonly evaluated = true;
  readonly opens = false;
  readonly namespace = undefined;
  readonly line: Line;
  readonly stream: string;
  readonly text: string;
  readonly time: Micros | undefined;
  readonly doc: Syslog;
  readonly step: KmsStep;

  constructor({ line, stream, header, step, time }: Parts) {
    this.line = line;
    this.stream = stream;
    this.text = line.text;
    this.time = time;
    this.doc = header;
    this.step = step;
  }

  get actor(): string | undefined {
    return this.step.workstation;
  }

  get peer(): string | undefined {
    return this.step.peer;
  }

  get object(): string | undefined {
    return this.step.product;
  }

  get outcome(): Event['outcome'] {
    if (this.step.event === 'activation') return 'succeeded';
    return this.step.event === 'refused' ? 'denied' : 'unknown';
  }

  get occurrence(): Occurrence {
    return duplicateOf(this.line, this.stream, this.time);
  }
}

const HOUR = 3600 * SECOND;

export type KmsSource = 'internal_pod' | 'cluster_node' | 'external';

/** Who probes: by the zones `pods`, and `nodes` or `control_plane`; an unknown address is external. */
export const sourceClassOf = (zones: readonly string[]): KmsSource => {
  if (zones.includes('pods')) return 'internal_pod';
  return zones.includes('nodes') || zones.includes('control_plane') ? 'cluster_node' : 'external';
};

const field = (
  type: DerivedField['type'],
  about: string,
  read: (step: KmsStep, event: KmsEvent) => unknown,
): DerivedField => ({
  type,
  about,
  read: (event: Event) => {
    const own = event as KmsEvent; // a decoder's fields are only called with its own events
    return read(own.step, own);
  },
});

const fieldsOf = (zones: Zones): Decoder['fields'] => ({
  'event.time': field(
    'number',
    "the record's time, else the line's own stamp taken as UTC",
    (_, e) => e.time,
  ),
  'event.actor': field('string', 'name of the workstation, as it calls itself', (_, e) => e.actor),
  'event.object': field('string', 'product', (_, e) => e.object),
  'net.peer': field('string', 'address of the client, where only one can have said it', (_, e) => e.peer),
  'net.zones': field('list', 'names of the zones that hold it', (_, e) => zones.of(e.peer, e.time)),
  'vlmcsd.event': field(
    'string',
    'accepted, closed, probe, request, activation, refused, broken, forged or other',
    (s) => s.event,
  ),
  'vlmcsd.port': field('number', "the client's port", (s) => s.port),
  'vlmcsd.product': field('string', 'what is to be activated: a name, or its GUID', (s) => s.product),
  'vlmcsd.workstation': field('string', 'name that the client gives itself', (s) => s.workstation),
  'vlmcsd.status': field('string', "the client's licensing status, in a verbose log", (s) => s.status),
  'vlmcsd.open': field('number', 'open connections of this source, with this one', (s) => s.open),
  'vlmcsd.certain': field(
    'boolean',
    'false: several clients talked at once, and the log does not say which of them this is',
    (s) => s.certain,
  ),
  'vlmcsd.source_class': field('string', 'internal_pod, cluster_node or external', (s, e) =>
    s.peer === undefined ? undefined : sourceClassOf(zones.of(s.peer, e.time)),
  ),
  'vlmcsd.hour': field('number', 'hours since 1970, so that a key can say "once an hour"', (_, e) =>
    e.time === undefined ? undefined : Math.floor(e.time / HOUR),
  ),
});
