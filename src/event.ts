/**
 * The nouns of the pipeline, in the order in which they come into being:
 *
 * - line:    one log line as a source gives it; nobody has looked inside.
 * - event:   one decoded line (an EventList line holds several).
 * - reject:  a line that could not be decoded, with the reason. Counted, never dropped silently.
 * - match:   an event that meets one branch of a rule.
 * - finding: a rule fired on one event, or on the event that crossed a threshold.
 * - alert:   what people are told; findings with the same key share one.
 * - outcome: what became of an alert at a sink.
 *
 * Everything inside `text` is chosen by an attacker until a decoder has given it a type.
 */

/** Labels of a Loki stream. */
export type Labels = Readonly<Record<string, string>>;

/** Microseconds since 1970 (UTC). A double keeps them exact until the year 2255. */
export type Micros = number;

export const SECOND: Micros = 1_000_000;

/** One log line as a source gives it. */
export interface Line {
  readonly text: string;
  /** File name as the user gave it, `-` for standard input, `loki:<source>` for a stream. */
  readonly file: string;
  /** 1-based line of `file`; for records, the line that holds the record. */
  readonly number: number;
  /** Stream labels, where the record brought some. */
  readonly labels: Labels | undefined;
  /** The record's own time stamp (Loki's), where it brought one. */
  readonly time: Micros | undefined;
  /** The latest moment at which the line can have been written (time of reading, file's last change): dates stamps that have no year. */
  readonly notAfter: Micros | undefined;
}

export type Format =
  | 'kube-audit'
  | 'vault-audit'
  | 'sshd'
  | 'netfilter'
  | 'pf'
  | 'vlmcsd'
  | 'json'
  | 'pipeline';

/**
 * Lines that speak of the same thing happening. A rule fires at most once an occurrence.
 * `first-line`: only the earliest line (by `order`, then input) is evaluated at all (Kubernetes requests).
 * `first-match`: the earliest line that a rule matches is its finding (Vault requests, repeated syslog lines).
 */
export interface Occurrence {
  readonly key: string;
  readonly counts: 'first-line' | 'first-match';
  /** Time within the occurrence; lines without one come last. */
  readonly order: Micros;
}

export interface Event {
  readonly format: Format;
  /** Name of the stream: the configured source, else the format. */
  readonly stream: string;
  readonly line: Line;
  /** What the event is, byte for byte: the line's text; for an item of an EventList, the item alone. */
  readonly text: string;
  /** The parsed document; rules read undeclared fields from it by path. */
  readonly doc: unknown;
  /** Event time; undefined when the line has no usable one: evaluated, but in no window. */
  readonly time: Micros | undefined;
  /** False for lines that are no evaluation of a request (RequestReceived, 401). They still count as seen. */
  readonly evaluated: boolean;
  /** True when later lines of the same occurrence are expected, so that this one has to be remembered. */
  readonly opens: boolean;
  readonly occurrence: Occurrence;
  /** Who did it, from where, to what: the default alert key. Undefined when the line does not say. */
  readonly actor: string | undefined;
  readonly peer: string | undefined;
  readonly object: string | undefined;
  /** Kubernetes namespace, where there is one. */
  readonly namespace: string | undefined;
  readonly outcome: Outcome;
}

/** What became of the request; `requested`: its answer is not on this line; `unknown`: the line does not say. */
export type Outcome = 'succeeded' | 'denied' | 'failed' | 'requested' | 'unknown';

export interface Reject {
  readonly line: Line;
  /** Bounded set of words, for counting. */
  readonly reason: RejectReason;
  /** One sentence for people, without control characters of the line. */
  readonly detail: string;
}

export type RejectReason =
  | 'not-json' // a JSON stream's line that does not parse
  | 'truncated' // starts as a document and ends in the middle
  | 'oversized' // longer than the reader accepts
  | 'other-kind' // well-formed, but not what this stream carries
  | 'unknown-format' // content detection knows no decoder for it
  | 'bad-record'; // a record wrapper (logcli, query_range) without a usable line
