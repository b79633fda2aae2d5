import type { Event, Line, Micros, Occurrence } from '../event.ts';

/** What the detector notices about its own input. `kind` is what the rules of family D match on. */
export interface Observation {
  readonly kind: ObservationKind;
  readonly stream: string;
  /** The line that shows it; a made-up one (number 0) when it is the absence of lines. */
  readonly line: Line;
  readonly time: Micros | undefined;
  /** Tells observations of one kind apart: the same subject at the same time is noticed once. */
  readonly subject: string;
  /** Short words for people and for conditions. */
  readonly facts: Readonly<Record<string, string | number | undefined>>;
  readonly actor?: string | undefined;
  readonly peer?: string | undefined;
}

export const OBSERVATION_KINDS = [
  'silent', // D1
  'undecodable', // D2
  'cut', // D3: truncated, oversized or near the limit
  'discarded', // D3: by Loki
  'clock', // D4
  'audit-id', // D5
  'unfinished', // D6
  'unseen-field', // D8
  'allowlist', // D9
  'canary', // never a finding for people
] as const;

export type ObservationKind = (typeof OBSERVATION_KINDS)[number];

/** An observation as an event, so that rules, alerts and silences treat it like any other. */
export class PipelineEvent implements Event {
  readonly format = 'pipeline';
  readonly evaluated = true;
  readonly opens = false;
  readonly namespace = undefined;
  readonly outcome = 'unknown';
  readonly observation: Observation;
  readonly doc: Readonly<Record<string, unknown>>;

  constructor(observation: Observation) {
    this.observation = observation;
    const { kind, stream, subject, facts } = observation;
    this.doc = { kind, stream, subject, ...facts };
  }

  get stream(): string {
    return this.observation.stream;
  }

  get line(): Line {
    return this.observation.line;
  }

  get time(): Micros | undefined {
    return this.observation.time;
  }

  get text(): string {
    return JSON.stringify(this.doc);
  }

  get actor(): string | undefined {
    return this.observation.actor;
  }

  get peer(): string | undefined {
    return this.observation.peer;
  }

  get object(): string {
    return this.observation.subject;
  }

  get occurrence(): Occurrence {
    const { kind, stream, subject, line, time } = this.observation;
    return {
      key: JSON.stringify(['pipeline', kind, stream, subject, line.file, line.number, time ?? null]),
      counts: 'first-match',
      order: time ?? Number.POSITIVE_INFINITY,
    };
  }
}

/** A line for what no line shows. */
export const noLine = (stream: string): Line => ({
  text: '',
  file: stream,
  number: 0,
  labels: undefined,
  time: undefined,
  notAfter: undefined,
});
