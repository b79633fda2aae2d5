import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithServers } from '../servers/available.ts';
import { type PushStream, type RunningLoki, startLoki } from '../servers/loki.ts';
import { type CodeBlock, codeBlocks, filesBelow, PROJECT } from '../support/markdown.ts';

const STREAMS: Record<string, Readonly<Record<string, string>>> = {
  k: { job: 'kubernetes-audit' },
  v: { namespace: 'vault', container: 'audit-tail' },
  s: { job: 'sshd-pve' },
};

const blocks = filesBelow('docs', /\.md$/)
  .flatMap(codeBlocks)
  .filter(({ language }) => language === 'logql');
const rulePages = filesBelow('docs/runbook', /^[KVS]\d+\.md$/);

/** Records of Loki carry the line within; other inputs are the lines. */
const lineOf = (text: string): string => {
  if (!text.startsWith('{"labels"')) return text;
  const record: unknown = JSON.parse(text);
  return typeof record === 'object' && record !== null && 'line' in record ? String(record.line) : text;
};

/** All lines of a rule's replays; those that Loki would refuse as too long are left out. */
const linesOf = (rule: string): readonly string[] => {
  const folder = join(PROJECT, 'test/replays', rule);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /input\.(jsonl|log)$/.test(name))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '' && line.length < 200_000)
    .map(lineOf);
};

const streamOf = (rule: string): PushStream => {
  // Loki drops a line that it has at the same time already, so each has its own.
  const start = BigInt(Date.now() - 600_000) * 1_000_000n;
  return {
    stream: { ...STREAMS[rule[0] ?? ''], replay: rule },
    values: linesOf(rule).map((line, index) => [String(start + BigInt(index)), line] as const),
  };
};

describeWithServers(['loki'], 'LogQL in the documentation, run by Loki', () => {
  let loki: RunningLoki;
  beforeAll(async () => {
    loki = await startLoki({ unlimitedPush: true });
    for (const page of rulePages) await loki.push([streamOf(posix.basename(page, '.md').toLowerCase())]);
  });
  afterAll(() => loki?.stop());

  const ask = async ({ text, place }: CodeBlock, replay?: string): Promise<number> => {
    const query = replay === undefined ? text : text.replace('}', `,replay="${replay}"}`);
    const range = new URLSearchParams({ query, since: '1h', limit: '500', step: '60' });
    const response = await fetch(`${loki.url}/loki/api/v1/query_range?${range}`);
    const body = await response.text();
    if (!response.ok) throw new Error(`${place}: ${body}`);
    const answer = JSON.parse(body) as { data: { result: { values: unknown[] }[] } };
    return answer.data.result.reduce((sum, { values }) => sum + values.length, 0);
  };

  test.each(blocks.map((block) => ({ ...block, name: block.place })))('$name is accepted', async (block) => {
    expect(await ask(block)).toBeGreaterThanOrEqual(0);
  });

  test.each(rulePages)('the first query of %s shows lines of its rule', async (page) => {
    const first = blocks.find(({ place }) => place.startsWith(`${page}:`));
    if (first === undefined) throw new Error(`${page} holds no query`);
    expect(await ask(first, posix.basename(page, '.md').toLowerCase())).toBeGreaterThan(0);
  });
});
