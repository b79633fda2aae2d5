import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { load } from '../../src/commands/load.ts';
import { createLane } from '../../src/commands/scan.ts';
import type { Decision } from '../../src/engine/observer.ts';
import type { Event, Line } from '../../src/event.ts';
import { explainEvent } from '../../src/explain/explanation.ts';
import { recording, recordings } from '../support/recordings.ts';

const loaded = await load({ config: [], rules: [], env: {}, orExample: true });

const linesOf = (texts: readonly string[]): readonly Line[] =>
  texts.map((text, at) => ({
    text,
    file: 'x',
    number: at + 1,
    labels: undefined,
    time: undefined,
    notAfter: undefined,
  }));

/** Ids of the findings that a replay tells, and those that explaining every event finds. */
const both = (lines: readonly Line[]) => {
  const told: string[] = [];
  const taken = new Map<number, { event: Event; decisions: Decision[] }>();
  const lane = createLane({
    loaded,
    tell: ({ finding }) => told.push(finding.id),
    observer: {
      took: (event, sequence) => taken.set(sequence, { event, decisions: [] }),
      settled: (decision) => taken.get(decision.sequence)?.decisions.push(decision),
    },
  });
  lane.take(lines);
  lane.end();
  const explained: string[] = [];
  for (const { event, decisions } of taken.values()) {
    const program = lane.assembled.programs.find(({ format }) => format === event.format);
    if (program === undefined) continue;
    const { rules } = explainEvent(program, { event, decisions, told: new Map(), zones: [] });
    const verdicts = rules.flatMap(({ branches }) => branches.map(({ verdict }) => verdict));
    for (const verdict of verdicts) if (verdict.kind === 'finding') explained.push(verdict.id);
    // Every decision of the engine is told, and nothing else than its decisions.
    const decided = verdicts.filter(({ kind }) =>
      ['finding', 'counted', 'another-line', 'fired-before'].includes(kind),
    );
    expect(decided).toHaveLength(decisions.length);
  }
  return { told: told.sort(), explained: explained.sort() };
};

describe('explain agrees with the engine', () => {
  it.each(recordings)('on every event of %s', (_, path) => {
    const { told, explained } = both(linesOf(readFileSync(path, 'utf8').split('\n').filter(Boolean)));
    expect(explained).toEqual(told);
  });

  it('on any choice and order of lines', () => {
    const pool = ['k5/deletes', 'kubernetes/all-stages', 'k2/forged-headers']
      .flatMap((name) => readFileSync(recording(`${name}/input.jsonl`), 'utf8').split('\n'))
      .filter(Boolean);
    let findings = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pool), { minLength: 50, maxLength: 300 }), (texts) => {
        const { told, explained } = both(linesOf(texts));
        findings += told.length;
        expect(explained).toEqual(told);
      }),
      { numRuns: 60 },
    );
    expect(findings).toBeGreaterThan(10);
  });
});
