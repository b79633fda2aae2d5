import { Readable } from 'node:stream';
import { assemble } from '../../src/assemble.ts';
import { EXAMPLE_CONFIG, type Loaded, load } from '../../src/commands/load.ts';
import type { Decoder } from '../../src/decoders/decoder.ts';
import { createSkim } from '../../src/fast/skim.ts';
import { openSkimmed } from '../../src/sources/open.ts';
import { isPassed, type Skim } from '../../src/sources/source.ts';

/** What a replay tells, apart from how long it took. */
export interface Told {
  readonly findings: readonly string[];
  readonly counts: unknown;
  readonly rejects: readonly string[];
  /** Lines that were left out. */
  readonly passed: number;
}

export interface Question {
  readonly loaded: Loaded;
  readonly input: Buffer;
  readonly chunkBytes: number;
  readonly engine: 'fast' | 'plain';
  /** In place of the real decoders, for what the fast path is told. */
  readonly decoders?: readonly Decoder[];
}

export const loadExample = (config: readonly string[] = []): Promise<Loaded> =>
  load({ config: [EXAMPLE_CONFIG, ...config], rules: [], env: {}, orExample: true });

/** A line passes only when one like it was judged before: here they all were. */
const knowing =
  (skim: Skim): Skim =>
  (file, lines) => {
    skim(file, lines);
    return skim(file, lines);
  };

/** Replays the bytes on one of the two paths. */
export const replayOn = async ({ loaded, input, chunkBytes, engine, decoders }: Question): Promise<Told> => {
  const rejects: string[] = [];
  const assembled = assemble({
    ...loaded,
    format: undefined,
    engine: { hold: 20_000, maxOccurrences: 50_000 },
    limits: { lateness: 0, maxKeys: 200_000 },
    onReject: ({ line, reason, detail }) => void rejects.push(`${line.number} ${reason} ${detail}`),
  });
  const all = decoders ?? [...loaded.decoders.values()];
  const skim =
    engine === 'fast' ? knowing(createSkim({ ...assembled, decoders: all, always: true })) : undefined;
  const source = openSkimmed('-', { stdin: Readable.from(chunks(input, chunkBytes)), chunkBytes, skim });
  const { detection, sightings } = assembled;
  const findings: string[] = [];
  let passed = 0;
  for await (const items of source.batches(new AbortController().signal)) {
    for (const item of items) if (isPassed(item)) passed += item.passed;
    for (const finding of detection.take(items)) findings.push(JSON.stringify(finding));
  }
  for (const finding of detection.end()) findings.push(JSON.stringify(finding));
  const { lines, events, range } = detection;
  const { counters } = assembled.engine;
  const blind = sightings.blind();
  const formats = [...sightings.formats].sort();
  return {
    findings,
    rejects,
    passed,
    counts: { lines, events, range, blind, formats, counters, progress: { ...source.progress } },
  };
};

const chunks = function* (input: Buffer, chunkBytes: number): Generator<Buffer> {
  for (let at = 0; at < input.length; at += chunkBytes) yield input.subarray(at, at + chunkBytes);
};
