import { UsageError } from '../errors.ts';
import { type ColourMode, terminalColumns, wantsColour } from '../sinks/colour.ts';
import { createHtml } from '../sinks/html.ts';
import { createJunit } from '../sinks/junit.ts';
import { createNdjson } from '../sinks/ndjson.ts';
import type { ReplaySink } from '../sinks/replay-sink.ts';
import { createTable } from '../sinks/table.ts';
import type { ZoneMatch } from '../zones.ts';
import type { Io } from './io.ts';
import type { Loaded } from './load.ts';
import type { Output } from './output.ts';

export const OUTPUT_FORMATS = ['human', 'ndjson', 'junit', 'html', 'md'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface OutputChoice {
  readonly output: OutputFormat | undefined;
  readonly colour: ColourMode;
}

/** The sink that `-o` names: a table on a terminal, NDJSON in a pipe when it is not given. */
export const openSink = (
  { output: wanted, colour }: OutputChoice,
  { config, rules }: Pick<Loaded, 'config' | 'rules'>,
  io: Io,
  output: Output,
): ReplaySink => {
  const isTerminal = io.stdout.isTTY === true;
  const write = output.write;
  switch (wanted ?? (isTerminal ? 'human' : 'ndjson')) {
    case 'ndjson':
      return createNdjson(write);
    case 'junit':
      return createJunit({ write });
    case 'html':
      return createHtml(write, {
        rules,
        ownerOf: (address, at) => reasonOf(config.zones.matches(address, at)),
      });
    case 'md':
      throw new UsageError('-o md goes with --diff: findings as such are human, ndjson, junit or html');
    case 'human':
      return createTable({
        write,
        columns: terminalColumns(io.env, io.stdout),
        colour: wantsColour({ mode: colour, isTerminal, env: io.env }),
      });
  }
};

/** What the configuration says about an address, where an entry that counts says anything. */
const reasonOf = (matches: readonly ZoneMatch[]): string | undefined =>
  matches.findLast(({ counts, entry }) => counts && entry.reason !== undefined)?.entry.reason;
