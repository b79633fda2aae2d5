import type { Observable } from 'rxjs';
import type { Item } from './source.ts';

/** Nanoseconds since 1970; `from` is inside, `to` is not. */
export interface Stretch {
  readonly from: bigint;
  readonly to: bigint;
}

/** What a source that never ends has to say, in order. */
export type LiveEvent =
  /** `late`: behind what was read already. `backfill`: of a gap. */
  | { readonly type: 'lines'; readonly origin: 'live' | 'late' | 'backfill'; readonly items: readonly Item[] }
  /**
   * All lines before have been given. Once their findings are stored, `cursor` may be: a later run that starts with
   * it loses nothing, and may see again what `proven` does not hold.
   */
  | { readonly type: 'checkpoint'; readonly cursor: string; readonly proven: readonly Stretch[] }
  | { readonly type: 'gap-opened'; readonly gap: Stretch }
  | { readonly type: 'gap-closed'; readonly gap: Stretch; readonly lines: number }
  | {
      readonly type: 'trouble';
      readonly part: string;
      readonly reason: string;
      readonly failures: number;
      readonly retryInMs: number;
    }
  | { readonly type: 'recovered'; readonly part: string; readonly afterMs: number }
  /** Lines that are there and cannot be read. */
  | { readonly type: 'unreadable'; readonly reason: string };

/**
 * A source of `run`. `follow` starts at `cursor`, or at the present where there is none; it restarts by itself with
 * back-off and never errors. It completes soon after `stop` is aborted, having given what it had read.
 */
export interface LiveSource {
  readonly name: string;
  follow(cursor: string | undefined, stop: AbortSignal): Observable<LiveEvent>;
}
