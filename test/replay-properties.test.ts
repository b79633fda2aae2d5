import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellLine } from './support/detector.ts';
import { runCommand } from './support/run-command.ts';
import { scratchFolder } from './support/scratch.ts';
import { anyText } from './support/told.ts';

const linesOf = (name: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, 'replays', name, 'input.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');

const ndjson = ['replay', '-q', '-o', 'ndjson', '-'];

const idsOf = (out: string): readonly string[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line): { id: string } => JSON.parse(line))
    .map(({ id }) => id)
    .sort();

/** Cuts at any bytes, in the middle of characters and of line ends, too. */
const cut = (bytes: Buffer, places: readonly number[]): readonly Buffer[] => {
  const sorted = [0, ...places.map((place) => Math.floor(place * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((end, at) => bytes.subarray(sorted[at], end));
};

const anyPlaces = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });

describe('a replay', { timeout: 120_000 }, () => {
  const text = [
    ...linesOf('k2/forged-headers'),
    '',
    shellLine(1, { user: { username: 'žofie@příklad.cz 👩‍💻' } }),
    '{"kind":0}',
    '[[[[',
    ...linesOf('k3/false-readers'),
    '{"cut',
  ].join('\r\n');

  test.each([
    { name: 'text', bytes: Buffer.from(text) },
    { name: 'gzip', bytes: gzipSync(text) },
  ])('prints the same bytes however its input is cut ($name)', async ({ bytes }) => {
    const whole = await runCommand(ndjson, [bytes]);
    expect(idsOf(whole.out).length).toBeGreaterThan(20);
    await fc.assert(
      fc.asyncProperty(anyPlaces, async (places) => {
        expect(await runCommand(ndjson, cut(bytes, places))).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  test.each([
    {
      name: 'Kubernetes audit',
      // Two deletes at one instant have no order of their own, so theirs is that of the file.
      lines: [
        ...linesOf('k5/windows'),
        ...linesOf('k2/one-finding-a-request'),
        ...linesOf('k4/shells'),
      ].filter((line) => !line.includes('instant@example.org')),
    },
    {
      name: 'Vault audit',
      lines: [...linesOf('v5/spikes'), ...linesOf('v1/one-finding-a-request'), ...linesOf('v2/devices')],
    },
  ])('finds the same in any order of the lines ($name)', async ({ lines }) => {
    const ordered = idsOf((await runCommand(ndjson, lines.join('\n'))).out);
    expect(ordered.length).toBeGreaterThan(15);
    const shuffled = fc.shuffledSubarray([...lines], { minLength: lines.length });
    await fc.assert(
      fc.asyncProperty(shuffled, async (mixed) => {
        expect(idsOf((await runCommand(ndjson, mixed.join('\n'))).out)).toEqual(ordered);
      }),
      { numRuns: 8 },
    );
  });

  test('gives the same ids whatever the files are called, and the same bytes every time', async () => {
    const folder = await scratchFolder();
    const content = linesOf('v7/identities').join('\n');
    const first = await runCommand(ndjson, content);
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z0-9 _.-]{1,20}$/), async (name) => {
        const file = join(folder, `x${name}.jsonl`);
        await writeFile(file, content);
        const { out } = await runCommand(['replay', '-q', '-o', 'ndjson', file]);
        expect(idsOf(out)).toEqual(idsOf(first.out));
        expect((await runCommand(['replay', '-q', '-o', 'ndjson', file])).out).toBe(out);
      }),
      { numRuns: 8 },
    );
  });

  const lineWith = (value: string, at: number): string => {
    const name = JSON.stringify(value).slice(1, -1);
    switch (at % 4) {
      case 0:
        return shellLine(at, { user: { username: value, groups: [value] }, userAgent: value });
      case 1:
        return shellLine(at, {
          requestURI: value,
          objectRef: { resource: 'nodes', subresource: 'proxy', name: value },
          sourceIPs: [value],
        });
      case 2:
        return `{"time":"2026-11-20T08:00:00Z","type":"request","auth":{"display_name":"${name}","policies":["root"]},"request":{"id":"${at}","operation":"update","path":"sys/seal","remote_address":"${name}"}}`;
      default:
        return `Accepted password for ${value} from ${value} port 1 ssh2`;
    }
  };

  test.each(['human', 'ndjson', 'junit'])(
    'prints no control character whatever the lines hold (%s)',
    async (form) => {
      let found = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyText, { minLength: 24, maxLength: 24 }), async (values) => {
          const input = values.map(lineWith).join('\n');
          const { out, err, code } = await runCommand(['replay', '-o', form, '--color', 'never', '-'], input);
          expect(code).toBe(0);
          expect(out + err).not.toMatch(
            /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
          );
          found += out.length;
        }),
        { numRuns: 8 },
      );
      expect(found).toBeGreaterThan(5_000);
    },
  );
});
