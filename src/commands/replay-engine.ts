import type { Assembled } from '../assemble.ts';
import type { Decoder } from '../decoders/decoder.ts';
import { createSkim } from '../fast/skim.ts';
import type { Skim } from '../sources/source.ts';

/**
 * How lines are read. `plain` decodes each of them; `fast` leaves out those that no rule can fire on, with the same
 * findings and counts; `auto` is fast where that is faster.
 */
export const ENGINES = ['auto', 'fast', 'plain'] as const;
export type EngineChoice = (typeof ENGINES)[number];

export interface EngineQuestion {
  readonly engine: EngineChoice;
  /** True when something looks at every line: an expectation, a range of time. */
  readonly everyLine: boolean;
  readonly decoders: ReadonlyMap<string, Decoder>;
  readonly assembled: Assembled;
}

/** What leaves out lines; undefined when every line has to be read. */
export const chooseSkim = ({ engine, everyLine, decoders, assembled }: EngineQuestion): Skim | undefined =>
  engine === 'plain' || everyLine
    ? undefined
    : createSkim({ ...assembled, decoders: [...decoders.values()], always: engine === 'fast' });
