import type { Item, Passed, Skim } from '../source.ts';
import { createLineCutter, type LineCutter, type LineOrigin } from './lines.ts';

const NEWLINE = 10;
const NO_TIMES: Passed['times'] = [];

/** A cutter that leaves out lines that need not be read. */
export const createSkimmingCutter = (origin: LineOrigin, skim: Skim): LineCutter<Item | Passed> => {
  const cutter = createLineCutter(origin);

  const cutLines = (lines: Buffer): readonly (Item | Passed)[] => {
    const skimmed = lines.length > origin.maxLineBytes ? undefined : skim(origin.file, lines);
    if (skimmed === undefined) return cutter.cut(lines);
    const items: (Item | Passed)[] = [];
    let { times } = skimmed;
    let at = 0;
    for (const { passed, start, end } of skimmed.runs) {
      if (passed > 0) {
        cutter.passOver(passed, start - at);
        items.push({ passed, file: origin.file, format: skimmed.format, times });
        times = NO_TIMES;
      }
      at = end + 1;
      if (at > start) for (const item of cutter.cut(lines.subarray(start, at))) items.push(item);
    }
    return items;
  };

  return {
    get number() {
      return cutter.number;
    },
    get carries() {
      return cutter.carries;
    },
    passOver: cutter.passOver,
    cut(chunk) {
      // The line that the last chunk began ends here, and is whole in neither.
      const from = cutter.carries ? chunk.indexOf(NEWLINE) + 1 : 0;
      const to = chunk.lastIndexOf(NEWLINE) + 1;
      if (to <= from) return cutter.cut(chunk);
      const head = cutter.cut(chunk.subarray(0, from));
      return [...head, ...cutLines(chunk.subarray(from, to)), ...cutter.cut(chunk.subarray(to))];
    },
    end: cutter.end,
  };
};
