import type { Told } from '../alert.ts';
import { createGrouping } from '../alerts/grouping.ts';
import { type Assembled, assemble } from '../assemble.ts';
import type { Observer } from '../engine/observer.ts';
import type { Format, Micros, Reject } from '../event.ts';
import type { Finding } from '../finding.ts';
import { createProgress, noProgress, wantsProgress } from '../sinks/progress.ts';
import type { Item } from '../sources/source.ts';
import type { Io } from './io.ts';
import type { Loaded } from './load.ts';
import { quietPeriods } from './quiet-periods.ts';
import { openReplayInput } from './replay-input.ts';
import { REPLAY_ENGINE, REPLAY_LIMITS } from './replay-limits.ts';

/** One rule set and configuration on its way over an input. Several may share one reading. */
export interface Lane {
  readonly assembled: Assembled;
  take(items: readonly Item[]): void;
  end(): void;
}

export interface LaneOptions {
  readonly loaded: Pick<Loaded, 'config' | 'decoders' | 'rules'>;
  readonly format?: Format | undefined;
  readonly since?: Micros | undefined;
  readonly until?: Micros | undefined;
  readonly observer?: Observer;
  readonly onReject?: (reject: Reject) => void;
  /** Findings in the order of the engine, with their alerts. */
  readonly tell: (told: Told) => void;
}

/** A lane that evaluates exactly as `replay` does. */
export const createLane = (options: LaneOptions): Lane => {
  const { loaded, format, since, until, observer, tell } = options;
  const assembled = assemble({
    ...loaded,
    format,
    since,
    until,
    engine: { ...REPLAY_ENGINE, observer },
    limits: REPLAY_LIMITS,
    onReject: options.onReject ?? (() => {}),
  });
  const grouping = createGrouping({ quietPeriodMsOf: quietPeriods(loaded) });
  const tellAll = (findings: readonly Finding[]): void => {
    for (const finding of findings) tell({ finding, alert: grouping.step(finding) });
  };
  return {
    assembled,
    take: (items) => tellAll(assembled.detection.take(items)),
    end: () => tellAll(assembled.detection.end()),
  };
};

export interface Scanned {
  readonly files: number;
  readonly bytes: number;
}

/** Reads the input once, through all lanes. */
export const scan = async (files: readonly string[], lanes: readonly Lane[], io: Io): Promise<Scanned> => {
  const input = await openReplayInput(files, io);
  const { progress: read } = input.source;
  const isTerminal = io.stderr.isTTY === true;
  const progress = wantsProgress({ asked: true, isTerminal, shared: false })
    ? createProgress({ stream: io.stderr, totalBytes: read.size, now: () => performance.now() })
    : noProgress;
  try {
    for await (const items of input.source.batches(io.signal)) {
      for (const lane of lanes) lane.take(items);
      progress.update(read.read, lanes[0]?.assembled.detection.lines ?? 0);
    }
  } finally {
    progress.stop();
  }
  for (const lane of lanes) lane.end();
  return { files: input.files, bytes: read.bytes };
};
