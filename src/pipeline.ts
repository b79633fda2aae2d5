import { map, merge, type Observable } from 'rxjs';
import type { Accepted, Batch } from './alerts/intake.ts';
import type { Stream } from './decoders/router.ts';
import type { Detection } from './detection.ts';
import type { Line } from './event.ts';
import type { LiveEvent, LiveSource } from './sources/live.ts';
import type { Item } from './sources/source.ts';

/** A source with what its lines are. */
export interface PipedSource {
  readonly source: LiveSource;
  readonly streamOf: (line: Line) => Stream | undefined;
  /** Takes out what only looks like a line: canaries. */
  readonly sift?: ((items: readonly Item[]) => readonly Item[]) | undefined;
  /** Where an earlier run has got to. */
  readonly cursor: string | undefined;
}

/** What happened to one event of a source: for the log, the metrics and the status. */
export interface Step {
  readonly source: string;
  readonly event: LiveEvent;
  readonly accepted: Accepted | undefined;
  readonly seconds: number;
}

export interface PipelineOptions {
  readonly sources: readonly PipedSource[];
  readonly detection: Detection;
  /** Stores findings, their alerts, what must be told, and the cursor, in one commit. */
  readonly accept: (batch: Batch) => Accepted;
  readonly saveCursor: (
    source: string,
    checkpoint: Extract<LiveEvent, { type: 'checkpoint' }>,
    nowMs: number,
  ) => void;
  readonly now: () => number;
  /** Applied at the sources: what they have given is still evaluated and stored. */
  readonly stop: AbortSignal;
}

/**
 * The data path of `run`:
 * 1. follow every source from its cursor; each restarts by itself,
 * 2. decode and detect, in the order in which the sources speak,
 * 3. commit findings, alerts and what sinks must be told,
 * 4. save the cursor behind them,
 * 5. say what happened.
 */
export const pipeline = (options: PipelineOptions): Observable<Step> =>
  merge(
    ...options.sources.map((piped) =>
      piped.source.follow(piped.cursor, options.stop).pipe(map((event) => take(options, piped, event))),
    ),
  );

const take = (options: PipelineOptions, { source, streamOf, sift }: PipedSource, event: LiveEvent): Step => {
  const started = performance.now();
  const nowMs = options.now();
  let accepted: Accepted | undefined;
  if (event.type === 'lines') {
    const findings = options.detection.take(sift?.(event.items) ?? event.items, streamOf);
    if (findings.length > 0) accepted = options.accept({ findings, seenMs: nowMs });
  } else if (event.type === 'checkpoint') {
    options.saveCursor(source.name, event, nowMs);
  }
  return { source: source.name, event, accepted, seconds: (performance.now() - started) / 1000 };
};
