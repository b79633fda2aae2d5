import { describe, expect, test } from 'vitest';
import { openSource } from '../../../src/sources/open.ts';
import { isRejected } from '../../../src/sources/source.ts';
import { scratch } from '../../support/inputs.ts';
import { captureFile, PFLOG_LAYOUTS, pflogHeader, tcp4, udp6 } from '../../support/pflog-capture.ts';

const folder = scratch();

const read = async (bytes: Buffer, chunkBytes = 1 << 20): Promise<readonly string[]> => {
  const path = folder.file('pflog', bytes);
  const texts: string[] = [];
  for await (const items of openSource(path, { chunkBytes }).batches(new AbortController().signal))
    for (const item of items) texts.push(isRejected(item) ? `${item.reason}: ${item.detail}` : item.text);
  return texts;
};

const BLOCKED = { action: 1, direction: 1, rule: 5 };

describe('a capture of pflogd', () => {
  test.each(PFLOG_LAYOUTS)('is read as text, in the layout of $name', async ({ length, inet6 }) => {
    const packets = [
      Buffer.concat([
        pflogHeader({ length, family: 2, ...BLOCKED }),
        tcp4([10, 0, 2, 2], [10, 0, 2, 15], 22),
      ]),
      Buffer.concat([
        pflogHeader({ length, family: inet6, action: 0, direction: 2, rule: 7, anchor: 'ftp/x' }),
        udp6(53),
      ]),
    ];
    expect(await read(captureFile(packets))).toEqual([
      '2026-11-21T12:00:00.000005Z pf: rule 5/0(match): block in on em0: (ttl 64, offset 0, proto TCP (6), length 40) 10.0.2.2.40000 > 10.0.2.15.22: Flags [S]',
      '2026-11-21T12:00:01.000005Z pf: rule 7.ftp/x.3/0(match): pass out on em0: (hlim 255, proto UDP (17), length 56) 2001:db8::1.5353 > 2001:db8::2.53:',
    ]);
  });

  const header = pflogHeader({ length: 100, family: 2, ...BLOCKED });
  const one = Buffer.concat([header, tcp4([10, 0, 2, 2], [10, 0, 2, 15], 22)]);

  test.each([
    { name: 'in big-endian order', options: { little: false } },
    { name: 'with nanoseconds', options: { nanos: true } },
  ])('is read $name, wherever the chunks are cut', async ({ options }) => {
    const bytes = captureFile([one, one, one], options);
    const whole = await read(bytes);
    expect(whole).toHaveLength(3);
    expect(whole[2]).toContain('10.0.2.2.40000 > 10.0.2.15.22: Flags [S]');
    expect(await read(bytes, 17)).toEqual(whole);
  });

  test('that ends within a packet says so, after everything before', async () => {
    const texts = await read(captureFile([one, one]).subarray(0, -5));
    expect(texts).toHaveLength(2);
    expect(texts[1]).toMatch(/^truncated: .*ends within a packet/);
  });

  test('that claims a packet of gigabytes is damaged, not believed', async () => {
    const bytes = captureFile([one]);
    bytes.writeUInt32LE(0xfffffff0, 24 + 8);
    expect(await read(bytes)).toEqual([
      expect.stringMatching(/^truncated: .*claims to be 4294967280 bytes long/),
    ]);
  });

  test('holds no line break and no decision that a name could add', async () => {
    const bad = Buffer.from(one);
    bad.write('a\nrule 1/0(m):', 4, 'latin1');
    expect(await read(captureFile([bad]))).toEqual([expect.stringContaining('block in on a?rule?1/0?m?')]);
  });

  test('of another link type is refused', async () => {
    await expect(read(captureFile([one], { linkType: 1 }))).rejects.toThrow(/packet capture \(pcap\).*PFLOG/);
  });
});
