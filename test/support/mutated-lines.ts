import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTATIONS } from './mutations.ts';
import type { Random } from './random.ts';

/** Mutated lines of a test run: a million in CI. A nightly run sets more, and another seed. */
export const FUZZ_LINES = Number(
  process.env['DETECTOR_FUZZ_LINES'] ?? (process.env['CI'] === undefined ? 100_000 : 1_000_000),
);
export const FUZZ_SEED = Number(process.env['DETECTOR_FUZZ_SEED'] ?? 1);

const REPLAYS = join(import.meta.dirname, '../replays');

/** The recorded audit lines of all replay cases. */
export const RECORDED_LINES: readonly string[] = readdirSync(REPLAYS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('input.jsonl'))
  .sort()
  .flatMap((path) => readFileSync(join(REPLAYS, path), 'utf8').split('\n'))
  .filter((line) => line.startsWith('{"kind":"Event","apiVersion":"audit.k8s.io/'));

export const mutatedLines = (random: Random, count: number): readonly (string | Buffer)[] =>
  Array.from({ length: count }, () => random.pick(MUTATIONS).apply(random.pick(RECORDED_LINES), random));

const NEWLINE = Buffer.from('\n');

export const toBytes = (lines: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [Buffer.from(line), NEWLINE]));
