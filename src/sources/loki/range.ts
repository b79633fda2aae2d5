import { backoffMs } from '../../backoff.ts';
import type { Clock } from '../../clock.ts';
import { InputError } from '../../errors.ts';
import type { Source } from '../source.ts';
import type { Lane } from './budget.ts';
import type { LinesAnswer, LokiQueries } from './client.ts';
import { LokiError, passesByItself } from './error.ts';
import { toLine } from './line.ts';
import type { TimeRange } from './nanos.ts';
import { createPageSize, type PageSize } from './page-size.ts';
import { type FetchLines, type Overflow, type Page, readPages } from './pages.ts';

export interface RangeOptions {
  readonly loki: LokiQueries;
  readonly clock: Clock;
  readonly selector: string;
  readonly range: TimeRange;
  readonly size?: PageSize;
  readonly lane?: Lane;
}

const attempts = 6;
const delays = { firstMs: 500, mostMs: 8_000 };

/** Tries again, some times, what may pass by itself; `too-big` is for the pages to answer. */
const patiently =
  ({ loki, clock, selector, lane = 'live' }: RangeOptions, signal: AbortSignal): FetchLines =>
  async (range, limit): Promise<LinesAnswer> => {
    for (let failures = 1; ; failures += 1) {
      try {
        return await loki.lines({ ...range, selector, limit, lane }, signal);
      } catch (error) {
        const again = error instanceof LokiError && passesByItself(error) && error.kind !== 'too-big';
        if (!again || failures >= attempts) throw error;
        await clock.sleep(backoffMs(delays, failures, clock.random()), signal);
        signal.throwIfAborted();
      }
    }
  };

/** What Loki holds of a range, each line once, oldest first. Throws LokiError, or the signal's reason. */
export const readLokiRange = (options: RangeOptions, signal: AbortSignal): AsyncGenerator<Page> =>
  readPages(options.range, patiently(options, signal), options.size ?? createPageSize());

export interface RangeSourceOptions extends RangeOptions {
  /** Name of the configured source, or the selector. */
  readonly name: string;
  /** Lines that Loki holds and cannot give. */
  readonly onOverflow: (overflow: Overflow) => void;
}

/** A range of Loki as a source of `replay` and `record`. */
export const lokiRangeSource = (options: RangeSourceOptions): Source => ({
  name: options.name,
  async *batches(signal) {
    let number = 0;
    try {
      for await (const { lines, overflow } of readLokiRange(options, signal)) {
        if (overflow !== undefined) options.onOverflow(overflow);
        const now = options.clock.now();
        const first = number + 1;
        number += lines.length;
        if (lines.length > 0) yield lines.map((line, at) => toLine(line, options.name, first + at, now));
      }
    } catch (error) {
      if (!(error instanceof LokiError)) throw error;
      throw new InputError(`${options.name}: cannot be read from Loki: ${error.message}`, { cause: error });
    }
  },
});
