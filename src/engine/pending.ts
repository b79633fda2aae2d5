import type { Micros } from '../event.ts';

/** Something that waits for its turn in event time; ties keep the order of the input. */
export interface Timed {
  readonly at: Micros;
  readonly sequence: number;
}

export const compare = (a: Timed, b: Timed): number => a.at - b.at || a.sequence - b.sequence;

/** A queue by event time with a bound: above it the earliest are let go (a binary heap). */
export interface Pending<T extends Timed> {
  /** Adds one; returns those that have to go because more than the bound wait, earliest first. */
  add(item: T): readonly T[];
  /** All that wait, earliest first; the queue is empty then. */
  drain(): readonly T[];
}

export const createPending = <T extends Timed>(bound: number): Pending<T> => {
  const heap: T[] = [];
  return {
    add(item) {
      if (bound === 0) return [item];
      push(heap, item);
      return heap.length > bound ? takeEarliest(heap) : [];
    },
    drain: () => heap.splice(0).sort(compare),
  };
};

const push = <T extends Timed>(heap: T[], item: T): void => {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt];
    if (parent === undefined || compare(parent, item) <= 0) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = item;
};

const takeEarliest = <T extends Timed>(heap: T[]): readonly T[] => {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined) return [];
  if (heap.length > 0) sink(heap, last);
  return [top];
};

const sink = <T extends Timed>(heap: T[], item: T): void => {
  let at = 0;
  for (;;) {
    const next = smallerChild(heap, at);
    const child = heap[next];
    if (child === undefined || compare(item, child) <= 0) break;
    heap[at] = child;
    at = next;
  }
  heap[at] = item;
};

const smallerChild = <T extends Timed>(heap: readonly T[], at: number): number => {
  const left = heap[2 * at + 1];
  const right = heap[2 * at + 2];
  return left !== undefined && right !== undefined && compare(right, left) < 0 ? 2 * at + 2 : 2 * at + 1;
};
