import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { openSource } from '../../../src/sources/open.ts';
import { collect, scratch, show } from '../../support/inputs.ts';

const dir = scratch();
const read = (content: string) => collect(openSource(dir.file('answer.json', content)));
const refusal = (content: string): Promise<unknown> =>
  read(content).then(
    () => undefined,
    (error: unknown) => error,
  );

const NS = '17952118264790000';
/** Two streams, newest first, as Loki answers by default; with the metadata that newer versions add. */
const answer = {
  status: 'success',
  data: {
    resultType: 'streams',
    encodingFlags: ['categorize-labels'],
    result: [
      {
        stream: { job: 'a', host: 'one' },
        values: [
          [`${NS}05`, 'fifth "quoted"', { structuredMetadata: { detected_level: 'info' } }],
          [`${NS}02`, 'second', { structuredMetadata: {}, parsed: { a: ['b'] } }],
        ],
      },
      {
        stream: { job: 'b' },
        values: [
          [`${NS}04`, 'fourth\nof two lines'],
          [`${NS}02`, 'second, too'],
          [`${NS}01`, 'first'],
        ],
      },
    ],
    stats: { summary: { totalLinesProcessed: 5 } },
  },
};
const sorted = ['first', 'second', 'second, too', 'fourth\nof two lines', 'fifth "quoted"'];

const texts = (items: readonly object[]) => items.map((item) => ('text' in item ? item.text : item));

describe("an answer of Loki's query_range", () => {
  test.each([
    { name: 'on one line', content: JSON.stringify(answer) },
    { name: 'with a newline at the end', content: `${JSON.stringify(answer)}\n` },
    { name: 'indented', content: JSON.stringify(answer, null, 2) },
    {
      name: 'indented, with sorted keys and without the status',
      content: JSON.stringify({ data: answer.data }, null, 1),
    },
    { name: 'behind a byte order mark and blank lines', content: `\ufeff\n \n${JSON.stringify(answer)}` },
  ])('gives its lines by time: $name', async ({ content }) => {
    expect(texts(await read(content))).toEqual(sorted);
  });

  test('gives labels and times', async () => {
    expect((await read(JSON.stringify(answer))).at(-1)).toMatchObject({
      labels: { job: 'a', host: 'one' },
      time: 17_952_118_264_790_000 / 10,
    });
  });

  test('numbers the entries of one line through', async () => {
    expect((await read(JSON.stringify(answer))).map(show).map((text) => text[0])).toEqual([
      '5',
      '2',
      '4',
      '3',
      '1',
    ]);
  });

  test('numbers the entries of an indented one by the lines in which they begin', async () => {
    const content = JSON.stringify(answer, null, 2);
    const lines = content.split('\n');
    for (const item of await read(content)) {
      const [text, number] = 'text' in item ? [item.text, item.number] : ['', 0];
      expect(lines[number - 1]?.trim()).toBe('[');
      expect(lines[number + 1]?.trim().replace(/,$/, '')).toBe(JSON.stringify(text));
    }
  });

  test('may be one of several, one a line', async () => {
    const content = `${JSON.stringify(answer)}\n${JSON.stringify(answer)}\n`;
    expect(texts(await read(content))).toEqual(
      sorted
        .flatMap((text) => (text === 'second' ? [] : [text, text]))
        .toSpliced(2, 2, 'second', 'second, too', 'second', 'second, too'),
    );
  });

  test('may be empty', async () => {
    expect(await read('{"status":"success","data":{"resultType":"streams","result":[],"stats":{}}}')).toEqual(
      [],
    );
  });

  test('with an entry that has no text gives a reject with the place', async () => {
    const values = [[`${NS}01`, 'one'], [`${NS}02`, 7], 'no entry'];
    const content = JSON.stringify({
      status: 'success',
      data: { resultType: 'streams', result: [{ stream: {}, values }] },
    });
    const items = await read(content);
    expect(items.filter((item) => 'text' in item)).toMatchObject([{ text: 'one', labels: undefined }]);
    expect(items.filter((item) => 'reason' in item)).toMatchObject([
      { reason: 'bad-record', line: { number: 3 } },
      { reason: 'bad-record', line: { number: 2 } },
    ]);
  });

  test.each([
    {
      name: 'a matrix',
      content: '{"status":"success","data":{"resultType":"matrix","result":[]}}',
      says: 'type matrix, not log lines',
    },
    {
      name: 'a vector',
      content: '{"status":"success","data":{"resultType":"vector","result":[]}}',
      says: 'type vector, not log lines',
    },
    {
      name: 'an error',
      content: '{"status":"error","errorType":"bad_data","error":"parse\\u001b error"}',
      says: 'an error that Loki answered (parse  error)',
    },
    { name: 'a cut answer', content: JSON.stringify(answer).slice(0, -40), says: 'ends in the middle' },
    {
      name: 'a huge answer',
      content: `${JSON.stringify(answer).slice(0, -1)},"x":"${'x'.repeat(34_000_000)}"}`,
      says: 'logcli query -o jsonl',
    },
  ])('is refused with advice when it is $name', async ({ content, says }) => {
    const error = await refusal(content);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(says);
  });
});

describe('JSON logs that begin like an answer', () => {
  test.each([
    {
      name: 'one document a line',
      content: '{"status":"success","user":"bob"}\n{"status":"error","user":"eve"}\n',
    },
    {
      name: 'a first line that is cut',
      content: '{"status":"success","us\n{"status":"error","user":"eve"}\n',
    },
    { name: 'data of another kind', content: '{"data":{"result":1}}\n{"data":{"result":2}}\n' },
    { name: 'one document in the whole file', content: '{"status":"success","data":{"user":"bob"}}' },
  ])('are read line by line: $name', async ({ content }) => {
    expect(texts(await read(content))).toEqual(content.trimEnd().split('\n'));
  });
});
