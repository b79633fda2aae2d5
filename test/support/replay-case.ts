import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { assemble } from '../../src/assemble.ts';
import { EXAMPLE_CONFIG, type Loaded, load } from '../../src/commands/load.ts';
import { openReplayInput } from '../../src/commands/replay-input.ts';
import type { Program } from '../../src/engine/program.ts';
import { type Event, type Format, type Reject, SECOND } from '../../src/event.ts';
import { createExpectationCheck, type Difference } from '../../src/expect.ts';
import { parseExpectation } from '../../src/expectation.ts';
import type { Finding } from '../../src/finding.ts';

/** What a replay of files told, with the events on which it rests. */
export interface Replayed {
  readonly loaded: Loaded;
  readonly programs: readonly Program[];
  readonly events: readonly Event[];
  readonly rejects: readonly Reject[];
  readonly findings: readonly Finding[];
}

export interface ReplayOptions {
  readonly files: readonly string[];
  /** On top of the shipped example. */
  readonly config?: readonly string[];
  readonly format?: Format;
  /** In place of the shipped rules. */
  readonly rules?: readonly string[];
  /** With the rules of family D, as `run` and `replay --pipeline` have them. */
  readonly pipeline?: boolean;
}

/** Replays files as `detector replay` does, and keeps the events. */
export const replayFiles = async ({
  files,
  config = [],
  format,
  rules = [],
  pipeline = false,
}: ReplayOptions): Promise<Replayed> => {
  const loaded = await load({
    config: [EXAMPLE_CONFIG, ...config],
    rules,
    env: {},
    orExample: true,
    pipeline,
  });
  const events: Event[] = [];
  const rejects: Reject[] = [];
  const { detection, programs } = assemble({
    ...loaded,
    format,
    engine: { hold: 20_000, maxOccurrences: 50_000 },
    limits: { lateness: 0, maxKeys: 200_000 },
    watch: pipeline ? { lateness: 3600 * SECOND } : undefined,
    onEvent: (event) => void events.push(event),
    onReject: (reject) => void rejects.push(reject),
  });
  const sink = new PassThrough();
  const { signal } = new AbortController();
  const io = { stdin: sink, stdout: sink, stderr: sink, env: {}, signal, now: () => 0 };
  const { source } = await openReplayInput(files, io);
  const findings: Finding[] = [];
  for await (const items of source.batches(signal)) findings.push(...detection.take(items));
  findings.push(...detection.end());
  return { loaded, programs, events, rejects, findings };
};

/** The difference between what was found and what the expectation file at `path` asks for. */
export const differenceFrom = (path: string, { findings }: Pick<Replayed, 'findings'>): Difference => {
  const check = createExpectationCheck(parseExpectation(path, readFileSync(path, 'utf8'), undefined));
  for (const finding of findings) check.tell(finding);
  return check.difference();
};

export interface CaseFolder {
  /** `k4/shells`. */
  readonly name: string;
  readonly input: string;
  readonly expect: string;
  readonly config: readonly string[];
}

/** The folders below `root` that hold an expectation. Throws when one has not exactly one input. */
export const caseFolders = (root: string): readonly CaseFolder[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('expect.yaml'))
    .sort()
    .map((path) => {
      const folder = join(root, path, '..');
      const [input, ...others] = readdirSync(folder).filter((file) => file.startsWith('input.'));
      if (input === undefined || others.length > 0) throw new Error(`${folder} needs one input.*`);
      const config = join(folder, 'config.yaml');
      return {
        name: path.slice(0, -'/expect.yaml'.length),
        input: join(folder, input),
        expect: join(root, path),
        config: existsSync(config) ? [config] : [],
      };
    });
