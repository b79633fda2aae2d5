import { describe, expect, test } from 'vitest';
import type { Loaded } from '../../src/commands/load.ts';
import type { Decoder } from '../../src/decoders/decoder.ts';
import { loadExample, replayOn } from '../support/fast-and-plain.ts';
import { FUZZ_LINES, FUZZ_SEED, mutatedLines, RECORDED_LINES, toBytes } from '../support/mutated-lines.ts';
import { createRandom, type Random } from '../support/random.ts';

const LINES = FUZZ_LINES / 10;
const BATCH = 20_000;

/** Lines as they were recorded, which tell the format, then spoilt ones. */
const spoilt = (random: Random, count: number): Buffer =>
  Buffer.concat([toBytes(RECORDED_LINES.slice(0, 400)), toBytes(mutatedLines(random, count))]);

const difference = async (
  loaded: Loaded,
  input: Buffer,
  chunkBytes: number,
  decoders?: readonly Decoder[],
) => {
  const plain = await replayOn({ loaded, input, chunkBytes, engine: 'plain' });
  const fast = await replayOn({
    loaded,
    input,
    chunkBytes,
    engine: 'fast',
    ...(decoders === undefined ? {} : { decoders }),
  });
  const missing = plain.findings.filter((finding) => !fast.findings.includes(finding)).slice(0, 3);
  const { passed } = fast;
  return { plain: { ...plain, passed }, fast, missing, passed };
};

describe('the fast path', () => {
  test('tells what the plain path tells, byte for byte, whatever is done to the lines', async () => {
    const random = createRandom(FUZZ_SEED);
    const loaded = await loadExample();
    let passed = 0;
    for (let done = 0; done < LINES; done += BATCH) {
      const input = spoilt(random, Math.min(BATCH, LINES - done));
      const both = await difference(loaded, input, 100_000 + random.int(400_000));
      expect(both.fast, `batch at ${done}`).toEqual(both.plain);
      passed += both.passed;
    }
    // Otherwise nothing was shown.
    expect(passed).toBeGreaterThan(LINES / 20);
  }, 3_600_000);

  test('is caught when it claims to know more than it does', async () => {
    const loaded = await loadExample();
    const lying = [...loaded.decoders.values()].map((decoder) =>
      decoder.glance === undefined
        ? decoder
        : { ...decoder, glance: { ...decoder.glance, knows: () => true } },
    );
    const both = await difference(loaded, spoilt(createRandom(2), 5_000), 200_000, lying);
    expect(both.missing).not.toEqual([]);
  }, 60_000);
});
