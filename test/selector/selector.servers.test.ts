import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { matchesLabels, parseSelector, passesFilters } from '../../src/selector/selector.ts';
import { describeWithServers } from '../servers/available.ts';
import { type RunningLoki, startLoki } from '../servers/loki.ts';

const STREAMS: readonly Readonly<Record<string, string>>[] = [
  { job: 'sshd' },
  { job: 'sshd-pve' },
  { job: 'SSHD' },
  { job: 'a', pod: 'b' },
  { job: 'a', pod: 'c' },
  { job: 'a' },
  { job: 'a.b' },
  { job: 'axb' },
  { job: 'a\nb' },
  { job: 'ab', z: 'é' },
  { pod: 'b', z: '1' },
];
const LINES = ['kernel: calico-packet: x', 'plain', 'xy', 'x\ny', '(a)', 'A"b\\c'];

const QUERIES = [
  ...['{job="sshd"}', '{job=~"ssh"}', '{job=~"sshd.*"}', '{job=~"a|b"}', '{job=~"a.b"}', '{job=~"(?i)SSHD"}'],
  ...[
    '{job="a",pod!="b"}',
    '{job="a",pod=""}',
    '{job="a",pod=~"b|"}',
    '{job="a",pod=~"(b)?"}',
    '{job="a",pod!~"b.*"}',
  ],
  ...[
    '{job=~`a\\.b`}',
    '{job=~"a\\\\.b"}',
    '{job=~"a\\.b"}',
    '{job="a\\nb"}',
    '{z="\\u00e9"}',
    '{job="\\x61"}',
    '{job="\\141"}',
  ],
  ...[
    '{job=~".+"}',
    '{job=~".*"}',
    '{job!="a"}',
    '{job=""}',
    '{}',
    'job="a"',
    '{job=a}',
    "{job='a'}",
    '{job="a",}',
  ],
  ...[
    '{job="a" pod="b"}',
    '{job=="a"}',
    '{1a="b"}',
    '{a.b="c"}',
    '{job=~"a(?=b)"}',
    '{job="a",job="b"}',
    '{job="a"}[5m]',
  ],
  ...[
    '{job=~"a"} |= "x"',
    '{job=~"a"} |= "x" or "plain"',
    '{job=~"a"} != "x" or "plain"',
    '{job=~"a"} |~ "^x"',
  ],
  ...[
    '{job=~"a"} |~ "x.y"',
    '{job=~"a"} !~ "x|plain"',
    '{job=~"a"} |= `(`',
    '{job=~"a"} |= "A\\"b\\\\"',
    '{job=~"a"} |~ "x$"',
  ],
  ...[
    '{job=~"a"} |= "a" |~ "X"',
    '{job=~"a"} |= ""',
    '{job=~"a"} ~ "x"',
    '{job=~"a"} "x"',
    '{job=~"a"} |= x',
    '{job=~"a"} |= "x" or',
  ],
  ...[
    '{job="a"} | json',
    '{job="a"} # comment',
    '{job="a"} |> "<_>x"',
    '{job="a"} !> "<_>x"',
    '{job="a"} |= ip("192.0.2.1")',
  ],
  ...[
    '{job="a"} != ip("192.0.2.1")',
    '{job="a"} |= "x" or ip("192.0.2.1")',
    '{job="a"} |= "x" | logfmt | a="b" != "c"',
  ],
];

const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        stream: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.string(), z.string()]).rest(z.unknown())),
      }),
    ),
  }),
});

/** Labels that Loki adds by itself. */
const ADDED = ['service_name', 'detected_level'];

const keyOf = (labels: Readonly<Record<string, string>>, line: string): string =>
  JSON.stringify([
    Object.entries(labels)
      .filter(([name]) => !ADDED.includes(name))
      .sort(),
    line,
  ]);

describeWithServers(['loki'], 'a selector means what it means to Loki', () => {
  let loki: RunningLoki;
  const now = Date.now();
  beforeAll(async () => {
    loki = await startLoki();
    const values = LINES.map((line, index) => [`${now - index}000000`, line] as const);
    await loki.push(STREAMS.map((stream) => ({ stream, values })));
  });
  afterAll(() => loki?.stop());

  const ask = (query: string): Promise<Response> =>
    fetch(
      `${loki.url}/loki/api/v1/query_range?${new URLSearchParams({
        query,
        limit: '1000',
        start: `${now - 60_000}000000`,
        end: `${now + 60_000}000000`,
      })}`,
    );

  test.each(QUERIES)('%s', async (query) => {
    const response = await ask(query);
    const selector = parseSelector(query);
    expect('problem' in selector ? selector.problem : 'parsed').toMatch(response.ok ? /^parsed$/ : /valid:/);
    if ('problem' in selector || selector.pipeline !== '') return;
    const { data } = answer.parse(await response.json());
    const given = data.result.flatMap(({ stream, values }) => values.map(([, line]) => keyOf(stream, line)));
    const ours = STREAMS.filter((labels) => matchesLabels(selector, labels)).flatMap((labels) =>
      LINES.filter((line) => passesFilters(selector, line)).map((line) => keyOf(labels, line)),
    );
    expect(ours.sort()).toEqual(given.sort());
  });
});
