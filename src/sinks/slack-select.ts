import type { QueuedEntry } from '../state/outbox.ts';
import { ACTORS_PER_BURST } from './slack-burst.ts';

/** More alerts of one rule and severity than this at once share a message. */
const MOST_SINGLE = 8;
/** What has waited this long gets every fourth message, however much that is graver keeps coming. */
const OVERDUE_MS = 60_000;

/**
 * What a channel is told next. Graver first; among equals each rule in turn, so that a flood of one cannot keep the
 * others waiting; and a flood becomes messages of many lines.
 */
export function createSlackSelect(): (due: readonly QueuedEntry[], nowMs: number) => readonly QueuedEntry[] {
  const served = new Map<string, number>();
  let turn = 0;
  return (due, nowMs) => {
    const head = (turn % 4 === 3 ? overdue(due, nowMs) : undefined) ?? fairest(due, served);
    if (head === undefined) return [];
    // A message that is tried again has had its turn.
    if (head.attempts === 0) served.set(head.rule, ++turn);
    if (!isAlert(head)) return [head];
    const alike = due.filter(
      (entry) => isAlert(entry) && entry.rule === head.rule && entry.severity === head.severity,
    );
    return alike.length > MOST_SINGLE ? upToActors(alike) : [head];
  };
}

const isAlert = ({ kind }: QueuedEntry): boolean => kind === 'new' || kind === 'raised';

const overdue = (due: readonly QueuedEntry[], nowMs: number): QueuedEntry | undefined =>
  due
    .filter((entry) => isAlert(entry) && nowMs - entry.createdMs > OVERDUE_MS)
    .reduce<QueuedEntry | undefined>(
      (oldest, entry) => (oldest === undefined || entry.id < oldest.id ? entry : oldest),
      undefined,
    );

function fairest(due: readonly QueuedEntry[], served: ReadonlyMap<string, number>): QueuedEntry | undefined {
  const [first] = due;
  if (first === undefined) return undefined;
  let best = first;
  for (const entry of due) {
    if (entry.urgency !== first.urgency || entry.severity !== first.severity) break;
    if ((served.get(entry.rule) ?? 0) < (served.get(best.rule) ?? 0)) best = entry;
  }
  return best;
}

function upToActors(entries: readonly QueuedEntry[]): readonly QueuedEntry[] {
  const actors = new Set<string>();
  return entries.filter(({ payload }) => {
    const actor = actorOf(payload);
    if (actors.size < ACTORS_PER_BURST) actors.add(actor);
    return actors.has(actor);
  });
}

const actorOf = (payload: unknown): string =>
  typeof payload === 'object' && payload !== null && 'actor' in payload ? String(payload.actor) : '';
