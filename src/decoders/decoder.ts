import type { Event, Format, Line, Reject } from '../event.ts';
import type { Zones } from '../zones.ts';

/** What decoders need of the configuration. */
export interface DecodeContext {
  readonly zones: Zones;
  /** Networks of proxies whose X-Forwarded-For entry is believed (`kubernetes.trusted_proxies`). */
  readonly trustedProxies: Zones;
}

/** Most lines hold one event; an EventList holds several, of which some may be unreadable. */
export type Decoded = readonly (Event | Reject)[];

export const isReject = (decoded: Event | Reject): decoded is Reject => 'reason' in decoded;

/** A typed field that a decoder derives, so that rules need no code. Documented in `docs/fields.md` from here. */
export interface DerivedField {
  readonly type: 'string' | 'number' | 'boolean' | 'list';
  readonly about: string;
  /** Undefined when the line does not say. Only called with events of the decoder that declares the field. */
  readonly read: (event: Event) => unknown;
}

/**
 * Turns a line into events. Pure; never throws, whatever the line holds: what it cannot read is a reject
 * with a reason. `stream` names the stream in findings.
 */
export interface Decoder {
  readonly format: Format;
  readonly fields: Readonly<Record<string, DerivedField>>;
  decode(line: Line, stream: string): Decoded;
  /** For formats whose lines can be told at a glance; without it every line is decoded. */
  readonly glance?: Glance;
}

/**
 * What can be told of a line from a few of its parts, without decoding it. Those parts are the same in many lines, so
 * that what follows from them has to be found out once only.
 */
export interface Glance {
  /** Paths of one or two keys whose values are known. */
  readonly paths: readonly string[];
  /** Top-level key of the event's time. A line without it, or with one that needs more than a look, is decoded. */
  readonly time: string;
  /**
   * The event as far as it is known; undefined when a document of these parts might be none. `evaluated` and `opens`
   * of it are those of the whole event.
   */
  event(doc: Readonly<Record<string, unknown>>): Event | undefined;
  /** True when the derived field reads the same value from this event as from the whole one. */
  knows(field: string, event: Event): boolean;
}
