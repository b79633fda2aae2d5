import { type Decoded, isReject } from '../decoders/decoder.ts';
import { createRouter, type Router } from '../decoders/router.ts';
import { compileProgram, type Program } from '../engine/program.ts';
import type { Event, Format, Labels, Reject } from '../event.ts';
import { sourceOfLabels } from '../selector/source-of-labels.ts';
import { isRejected } from '../sources/source.ts';
import type { Io } from './io.ts';
import type { Loaded } from './load.ts';
import { openReplayInput } from './replay-input.ts';

/** Events of log files for commands that look at them without looking for findings. */
export interface EventReading {
  readonly programs: readonly Program[];
  /** Reads to the end. Tells how many lines could not be read. */
  events(
    take: (event: Event) => void,
    onReject?: (reject: Reject) => void,
  ): Promise<{ readonly lines: number; readonly rejects: number }>;
}

export const readEvents = async (
  files: readonly string[],
  format: Format | undefined,
  loaded: Loaded,
  io: Io,
): Promise<EventReading> => {
  const { decoders, rules } = loaded;
  const input = await openReplayInput(files, io);
  const router = routerOf(loaded, format);
  return {
    programs: [...decoders.values()].map((decoder) =>
      compileProgram(decoder, rules, { lateness: 0, maxKeys: 1 }),
    ),
    async events(take, onReject) {
      let lines = 0;
      let rejects = 0;
      const look = (decoded: Decoded): void => {
        for (const each of decoded) {
          if (!isReject(each)) take(each);
          else {
            rejects++;
            onReject?.(each);
          }
        }
      };
      for await (const items of input.source.batches(io.signal)) {
        lines += items.length;
        for (const item of items) look(isRejected(item) ? [item] : router.route(item));
      }
      look(router.end());
      return { lines, rejects };
    },
  };
};

const routerOf = ({ config, decoders }: Loaded, format: Format | undefined): Router => {
  const streams = config.sources.filter((source) => source.kind === 'loki');
  return createRouter({
    decoders,
    format,
    streamOf: (labels: Labels) => sourceOfLabels(streams, labels),
    nameOf: (wanted) => wanted,
  });
};
