import type { Decoder } from '../decoders/decoder.ts';
import type { Router } from '../decoders/router.ts';
import type { Program } from '../engine/program.ts';
import type { Sightings } from '../engine/sightings.ts';
import type { Skim } from '../sources/source.ts';
import { parseRfc3339 } from '../time.ts';
import { createScanner, MOST_BYTES, type Scan, type Scanner } from './scanner.ts';
import { createVerdict } from './verdict.ts';

export interface SkimOptions {
  readonly decoders: readonly Decoder[];
  readonly programs: readonly Program[];
  readonly sightings: Sightings;
  readonly router: Router;
  /** Looks at every line, also where reading it is cheaper. */
  readonly always: boolean;
}

/**
 * The fast path: tells the lines that nobody has to read from their bytes. Everything it knows of rules, zones and
 * lists comes from the compiled rules. Where it does not help it stays out of the way.
 */
export const createSkim = ({ decoders, programs, sightings, router, always }: SkimOptions): Skim => {
  const glances = decoders.flatMap((decoder) => {
    const program = programs.find(({ format }) => format === decoder.format);
    const { glance } = decoder;
    return glance === undefined || program === undefined ? [] : [{ decoder, glance, program }];
  });
  const lookers = new Map(
    glances.map(({ decoder, glance, program }) => {
      const judge = createVerdict({ decoder, glance, program, sightings });
      const scanner = createScanner({ paths: glance.paths, time: glance.time, judge });
      return [
        decoder.format,
        createLooker(scanner, { unseen: () => sightings.unseen(decoder.format), always }),
      ] as const;
    }),
  );
  return (file, lines) => {
    const format = router.expected(file);
    const scan = format === undefined ? undefined : lookers.get(format)?.(lines);
    if (format === undefined || scan === undefined) return undefined;
    const times = scan.stamps.map(parseRfc3339).filter((time) => time !== undefined);
    return { runs: scan.runs, format, times };
  };
};

/** Judging a new signature costs about as much as reading a line; each line that passes pays for an eighth of one. */
const FIRST_CREDIT = 4_000;
const MOST_CREDIT = 8_000;
const LINES_A_CREDIT = 8;

/** Below this share of lines that pass, looking is dearer than reading, and is tried again now and then only. */
const WORTHWHILE = 0.1;
const TRY_EVERY = 32;

type Looker = (lines: Buffer) => Scan | undefined;

interface LookerOptions {
  readonly unseen: () => number;
  readonly always: boolean;
}

const createLooker = (scanner: Scanner, { unseen, always }: LookerOptions): Looker => {
  let credit = FIRST_CREDIT;
  let idle = 0;
  let lastUnseen = unseen();
  return (lines) => {
    if (lines.length > MOST_BYTES) return undefined;
    if (idle > 0) {
      idle--;
      return undefined;
    }
    // What had to be read because it could show a field for the first time need not be read any more.
    if (unseen() !== lastUnseen) scanner.forget();
    lastUnseen = unseen();
    const scan = scanner.scan(lines, always ? MOST_CREDIT : credit);
    credit = Math.min(credit - scan.learnt + scan.passed / LINES_A_CREDIT, MOST_CREDIT);
    const read = scan.runs.length;
    if (!always && scan.learnt < read * WORTHWHILE && scan.passed < (scan.passed + read) * WORTHWHILE)
      idle = TRY_EVERY;
    return scan;
  };
};
