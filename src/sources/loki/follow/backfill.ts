import type { FollowEvent } from './event.ts';
import { type Follower, keepDoing, lokiNow, pagesOf } from './follower.ts';
import { type Gap, wholeSeconds } from './reading.ts';

/** How soon a new gap is noticed. */
const pauseMs = 1_000;

/** Fills the gaps, the oldest first, page by page, with what the live queries leave of the budget. */
export const backfill = (follower: Follower, signal: AbortSignal): AsyncGenerator<FollowEvent> => {
  async function* once(): AsyncGenerator<FollowEvent> {
    for (let gap = follower.reading.openGap(); gap !== undefined; gap = follower.reading.openGap()) {
      yield* fill(follower, gap, signal);
    }
  }
  return keepDoing(follower, 'backfill', { once, pauseMs: () => pauseMs }, signal);
};

async function* fill(follower: Follower, gap: Gap, signal: AbortSignal): AsyncGenerator<FollowEvent> {
  const { reading } = follower;
  const rest = { from: gap.readTo, to: gap.to };
  let proven = gap.readTo;
  for await (const { lines, readTo, overflow } of pagesOf(
    follower,
    { range: rest, lane: 'background' },
    signal,
  )) {
    const now = lokiNow(follower);
    const fresh = lines.filter(
      (line) => !reading.mayComeAgain(line.ns, now) || reading.seen.note(line, 'query'),
    );
    if (fresh.length > 0) yield { type: 'lines', origin: 'backfill', lines: fresh, mayRepeat: false };
    gap.lines += fresh.length;
    if (overflow !== undefined) yield { type: 'overflow', overflow };
    gap.readTo = readTo;
    const to = readTo < gap.to ? wholeSeconds(readTo) : gap.to;
    if (to > proven)
      yield { type: 'proven', range: { from: proven, to }, counts: reading.seen.takeChanges() };
    if (to > proven) proven = to;
  }
  reading.closeGap(gap);
  yield { type: 'gap-closed', gap: { from: gap.from, to: gap.to }, lines: gap.lines };
}
