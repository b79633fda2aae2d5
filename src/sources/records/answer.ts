import { InputError } from '../../errors.ts';
import type { Line } from '../../event.ts';
import { parseNanoseconds } from '../../time.ts';
import type { Peekable } from '../bytes/chunks.ts';
import type { Item } from '../source.ts';
import { type LineOrigin, lineOf } from '../text/lines.ts';
import { entryLines } from './entry-lines.ts';
import { isRecord, labelsOf, recordLine } from './record.ts';

/** An answer is parsed as a whole, so it is bounded; Loki's own limit is 4 MiB unless it is raised. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const FIRST_LINE_BYTES = 64 * 1024;

const MAYBE =
  /^\s*\{\s*"(?:status"\s*:\s*"(?:success|error)"|data"\s*:\s*\{\s*"(?:resultType|result|encodingFlags|stats)")/;
const SURELY = /"resultType"\s*:\s*"(?:streams|matrix|vector|scalar)"/;

type Doc = Readonly<Record<string, unknown>>;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What Loki answers to a query, be it an error. */
const isAnswer = (doc: unknown): doc is Doc =>
  isRecord(doc) &&
  (doc['status'] === 'error'
    ? typeof doc['error'] === 'string' && typeof doc['errorType'] === 'string'
    : isRecord(doc['data']) && typeof doc['data']['resultType'] === 'string');

/** One entry of `values`, before it is known where it stands in the file. */
interface Entry {
  readonly value: unknown;
  readonly labels: ReturnType<typeof labelsOf>;
}

const entriesOf = (name: string, doc: Doc): readonly Entry[] => {
  const data = isRecord(doc['data']) ? doc['data'] : {};
  if (doc['status'] === 'error')
    throw new InputError(
      `${name}: this is an error that Loki answered (${plain(doc['error'])}): repeat the query`,
    );
  if (data['resultType'] !== 'streams') {
    const kind = plain(data['resultType']);
    throw new InputError(
      `${name}: this holds a result of type ${kind}, not log lines: query without a metric function`,
    );
  }
  const streams: readonly unknown[] = Array.isArray(data['result']) ? data['result'] : [];
  return streams.flatMap((stream): Entry[] => {
    if (!isRecord(stream) || !Array.isArray(stream['values'])) return [];
    const labels = labelsOf(stream['stream']);
    return stream['values'].map((value: unknown) => ({ value, labels }));
  });
};

const plain = (value: unknown): string =>
  String(value)
    .replace(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 200);

/** The line of an entry, with what it is sorted by: its nanoseconds, padded so that texts sort like numbers. */
const readEntry = (place: Line, { value, labels }: Entry): { item: Item; at: string } => {
  const [nanoseconds, text]: readonly unknown[] = Array.isArray(value) ? value : [];
  const at = typeof nanoseconds === 'string' ? nanoseconds : '';
  if (typeof text !== 'string') {
    const detail = 'The entry of the Loki answer holds no text.';
    return { item: { line: place, reason: 'bad-record', detail }, at: at.padStart(19, '0') };
  }
  const item = recordLine(place, { text, labels, time: parseNanoseconds(at) });
  return { item, at: at.padStart(19, '0') };
};

/**
 * The entries of all streams by time; those of one nanosecond in the order of the file. They are numbered by the
 * line that they begin in, or, when the answer is one long line, counted through.
 */
const readAnswers = (
  origin: LineOrigin,
  answers: readonly { doc: Doc; numbers: readonly number[] }[],
): Item[] => {
  let ordinal = 0;
  const items = answers.flatMap(({ doc, numbers }) => {
    const entries = entriesOf(origin.file, doc);
    return entries.map((entry, index) => {
      ordinal++;
      const number = numbers.length === entries.length ? numbers[index] : undefined;
      return readEntry(lineOf(origin, number ?? ordinal, ''), entry);
    });
  });
  origin.progress.lines = items.length;
  return items.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ item }) => item);
};

/** One answer an input, indented or not, or one a line, as a script that pages appends them. */
const parseAnswers = (text: string): readonly { doc: Doc; numbers: readonly number[] }[] | undefined => {
  const whole = parse(text);
  if (isAnswer(whole)) return [{ doc: whole, numbers: entryLines(text) }];
  const docs = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parse(line)]));
  return docs.every(isAnswer) ? docs.map((doc) => ({ doc, numbers: [] })) : undefined;
};

/**
 * The lines in an answer of Loki's query_range, or undefined when the input is none (nothing is used up then).
 * Throws `InputError` for answers without log lines.
 */
export const readAnswer = async (
  text: Peekable,
  skip: number,
  origin: LineOrigin,
): Promise<Item[] | undefined> => {
  const first = (await text.peek(FIRST_LINE_BYTES)).subarray(skip);
  if (!MAYBE.test(first.toString('latin1', 0, 4096))) return undefined;
  const newline = first.indexOf(10);
  const line = newline < 0 ? undefined : parse(first.toString('utf8', 0, newline));
  if (line !== undefined && !isAnswer(line)) return undefined;
  const surely = SURELY.test(first.toString('latin1'));
  const all = (await text.peek(MAX_ANSWER_BYTES + 1)).subarray(skip);
  if (all.length > MAX_ANSWER_BYTES) {
    if (!surely) return undefined;
    const limit = `a Loki answer of more than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`;
    throw new InputError(`${origin.file}: this is ${limit}: fetch it with \`logcli query -o jsonl\``);
  }
  const answers = parseAnswers(all.toString('utf8'));
  if (answers === undefined && surely)
    throw new InputError(
      `${origin.file}: this is a Loki answer that ends in the middle or is broken: fetch it again`,
    );
  if (answers === undefined) return undefined;
  origin.progress.bytes += all.length;
  return readAnswers(origin, answers);
};
