import { expect, test } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { isReject } from '../../src/decoders/decoder.ts';
import { compileCondition } from '../../src/engine/compile.ts';
import type { Event } from '../../src/event.ts';
import { createSkim } from '../../src/fast/skim.ts';
import type { Skimmed } from '../../src/sources/source.ts';
import { loadExample } from '../support/fast-and-plain.ts';
import { aLine } from '../support/lines.ts';
import { FUZZ_LINES, FUZZ_SEED, mutatedLines, RECORDED_LINES, toBytes } from '../support/mutated-lines.ts';
import { createRandom } from '../support/random.ts';

const BATCH = 500;
const FILE = 'input.jsonl';

/** The lines that a skim leaves out, as text. */
const passedLines = (lines: Buffer, { runs }: Skimmed): readonly string[] => {
  const found: string[] = [];
  let at = 0;
  for (const { passed, start, end } of runs) {
    if (passed > 0) found.push(...lines.toString('utf8', at, start - 1).split('\n'));
    at = end + 1;
  }
  return found;
};

const setUp = async () => {
  const loaded = await loadExample();
  const assembled = assemble({
    ...loaded,
    format: undefined,
    engine: { hold: 0, maxOccurrences: 10 },
    limits: { lateness: 0, maxKeys: 10 },
    onReject: () => {},
  });
  const { detection, programs, router, sightings } = assembled;
  detection.take(RECORDED_LINES.map((text, index) => aLine(text, { file: FILE, number: index + 1 })));
  const conditions = programs
    .filter(({ format }) => format === 'kube-audit')
    .flatMap(({ rules, readerOf }) =>
      rules.flatMap(({ rule }) =>
        rule.branches
          .filter((branch) => branch.kind === 'detection')
          .map((branch) => ({ name: branch.name, ...compileCondition(branch.condition, readerOf) })),
      ),
    );
  const skim = createSkim({ ...assembled, decoders: [...loaded.decoders.values()], always: true });
  const eventOf = (text: string): Event => {
    const [event, ...more] = router.route(aLine(text, { file: FILE }));
    if (event === undefined || isReject(event) || more.length > 0) throw new Error(`no event: ${text}`);
    return event;
  };
  const unseen = (): number => sightings.unseen('kube-audit');
  /** Why the line should have been read; undefined when nobody has to. */
  const reasonToRead = (text: string): string | undefined => {
    const event = eventOf(text);
    if (event.format !== 'kube-audit' || event.time === undefined || event.opens) return 'not understood';
    const before = unseen();
    sightings.note(event);
    if (unseen() !== before) return 'shows a field for the first time';
    return event.evaluated ? conditions.find(({ test: holds }) => holds(event))?.name : undefined;
  };
  return { skim, reasonToRead };
};

test('no line is left out that a rule, a window or a statistic needs, whatever was done to it', async () => {
  const random = createRandom(FUZZ_SEED);
  const { skim, reasonToRead } = await setUp();
  let passed = 0;
  for (let done = 0; done < FUZZ_LINES; done += BATCH) {
    const lines = toBytes(mutatedLines(random, BATCH));
    skim(FILE, lines); // judges what is new, so that all that may pass does
    const skimmed = skim(FILE, lines);
    if (skimmed === undefined) throw new Error('the lines were not looked at');
    for (const text of passedLines(lines, skimmed)) {
      passed++;
      const reason = reasonToRead(text);
      if (reason !== undefined) expect.fail(`${reason}: ${text}`);
    }
  }
  // Otherwise nothing was shown.
  expect(passed).toBeGreaterThan(FUZZ_LINES / 20);
}, 3_600_000);

test('most lines of an ordinary day are left out', async () => {
  const { skim } = await setUp();
  const benign = RECORDED_LINES.find(
    (line) => line.includes('"resource":"leases"') && line.includes('"stage":"ResponseComplete"'),
  );
  const lines = toBytes(Array.from({ length: 100 }, () => benign ?? ''));
  skim(FILE, lines);
  expect(skim(FILE, lines)?.runs.map(({ passed }) => passed)).toEqual([100]);
});
