import type { LinesAnswer } from './client.ts';
import { LokiError } from './error.ts';
import { identityOf, type LokiLine } from './line.ts';
import { earlier, later, type Nanos, type TimeRange } from './nanos.ts';
import type { PageSize } from './page-size.ts';

/** Asks for the oldest `limit` lines of a range, in the order of time. */
export type FetchLines = (range: TimeRange, limit: number) => Promise<LinesAnswer>;

/** More lines at one nanosecond than Loki gives at once: what is beyond `seen` of them cannot be read. */
export interface Overflow {
  readonly ns: Nanos;
  readonly seen: number;
}

export interface Page {
  /** Lines that no page before held, in the order of time. */
  readonly lines: readonly LokiLine[];
  /** All lines before this time have been given, this page included. */
  readonly readTo: Nanos;
  readonly overflow?: Overflow;
}

interface Position {
  readonly from: Nanos;
  /** What has been given at exactly `from`. */
  readonly given: ReadonlySet<string>;
  /** Lines to ask for at least, so that equal time stamps do not stop us. */
  readonly atLeast: number;
}

const at = (from: Nanos): Position => ({ from, given: new Set(), atLeast: 0 });

/**
 * Reads a range forward, each line once. A page starts at the last page's newest time, not after it: lines of one
 * nanosecond may stand on both sides of a page's end, and starting after it was measured to lose up to 29 % of them.
 * Errors of kind `too-big` are met with smaller pages; every other error of `fetch` ends it.
 */
export async function* readPages(range: TimeRange, fetch: FetchLines, size: PageSize): AsyncGenerator<Page> {
  let position = at(range.from);
  while (position.from < range.to) {
    const to = earlier(range.to, position.from + size.range());
    const limit = Math.min(size.mostLines(), Math.max(size.lines(), position.atLeast));
    const answer = await fetchOrShrink({ from: position.from, to }, limit, { fetch, size });
    if (answer === 'ask-for-less') continue;
    const [page, next] =
      answer === 'cannot'
        ? overflowing(position)
        : turnPage(position, { answer, to, limit }, size.mostLines());
    yield page;
    position = next;
  }
}

interface Fetching {
  readonly fetch: FetchLines;
  readonly size: PageSize;
}

const fetchOrShrink = async (
  range: TimeRange,
  limit: number,
  { fetch, size }: Fetching,
): Promise<LinesAnswer | 'ask-for-less' | 'cannot'> => {
  try {
    const answer = await fetch(range, limit);
    size.grew(answer.lines.length, answer.bytes);
    return answer;
  } catch (error) {
    if (!(error instanceof LokiError) || error.kind !== 'too-big') throw error;
    if (error.mostLines !== undefined && error.mostLines < size.mostLines()) {
      size.cap(error.mostLines);
      return 'ask-for-less';
    }
    // Fewer lines than stand at one nanosecond would only bring the same ones again.
    const forced = limit > size.lines();
    if (size.shrink()) return 'ask-for-less';
    if (forced) return 'cannot';
    throw error;
  }
};

/** Goes past a nanosecond that cannot be read to its end. */
const overflowing = ({ from, given }: Position): readonly [Page, Position] => [
  { lines: [], readTo: from + 1n, overflow: { ns: from, seen: given.size } },
  at(from + 1n),
];

interface Answered {
  readonly answer: LinesAnswer;
  readonly to: Nanos;
  readonly limit: number;
}

const turnPage = (
  position: Position,
  { answer, to, limit }: Answered,
  mostLines: number,
): readonly [Page, Position] => {
  const { from, given } = position;
  const lines = answer.lines.filter((line) => line.ns > from || !given.has(identityOf(line)));
  const newest = answer.lines.at(-1)?.ns;
  if (newest === undefined || answer.lines.length < limit) return [{ lines, readTo: to }, at(to)];
  const seen = new Set(newest === from ? given : []);
  for (const line of lines) if (line.ns === newest) seen.add(identityOf(line));
  if (newest > from)
    return [
      { lines, readTo: newest },
      { from: newest, given: seen, atLeast: 0 },
    ];
  if (limit >= mostLines) {
    const [page, next] = overflowing({ ...position, given: seen });
    return [{ ...page, lines }, next];
  }
  return [
    { lines, readTo: later(from, newest) },
    { from, given: seen, atLeast: Math.min(mostLines, limit * 2) },
  ];
};
