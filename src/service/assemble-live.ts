import { type Assembled, assemble } from '../assemble.ts';
import type { Loaded } from '../commands/load.ts';
import { SECOND } from '../event.ts';
import type { Metrics } from './metrics.ts';
import type { StreamTracker } from './stream-status.ts';

const OCCURRENCES = 50_000;
const WINDOW_KEYS = 200_000;

/** The data path of live streams: findings come at once, and what is read is tracked. */
export const assembleLive = (
  loaded: Loaded,
  trackers: ReadonlyMap<string, StreamTracker>,
  metrics: Metrics,
): Assembled =>
  assemble({
    ...loaded,
    format: undefined,
    // Live findings cannot wait for lines that may come late: a late one takes its place in the windows.
    engine: { hold: 0, maxOccurrences: OCCURRENCES },
    limits: { lateness: loaded.config.settings.loki.lateness * (SECOND / 1000), maxKeys: WINDOW_KEYS },
    watch: {
      lateness: loaded.config.settings.loki.lateness * (SECOND / 1000),
      longestSilence: new Map(
        loaded.config.settings.sources.flatMap(({ name, silence }) =>
          silence === undefined ? [] : [[name, silence * (SECOND / 1000)] as const],
        ),
      ),
    },
    onReject: ({ line, reason }) => {
      const stream = line.file.replace(/^loki:/, '');
      trackers.get(stream)?.rejected();
      metrics.rejects.inc({ stream: trackers.has(stream) ? stream : 'file', reason });
    },
    onEvent: ({ stream, time }) => {
      if (time !== undefined) trackers.get(stream)?.sawEvent(time);
    },
  });
