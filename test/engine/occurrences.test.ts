import { describe, expect, it } from 'vitest';
import { createOccurrences } from '../../src/engine/occurrences.ts';
import type { Occurrence } from '../../src/event.ts';

const request = (order: number, key = 'r1'): Occurrence => ({ key, counts: 'first-line', order });
const repeat = (key = 'v1'): Occurrence => ({ key, counts: 'first-match', order: 0 });

describe('occurrences', () => {
  it('lets only the earliest line of a request count, whichever came first in the input', () => {
    const occurrences = createOccurrences(10);
    occurrences.note(request(20), 1, true);
    occurrences.note(request(10), 2, true);
    expect(occurrences.claim('K4', request(20), 1)).toBe('another-line');
    expect(occurrences.claim('K4', request(10), 2)).toBe('granted');
  });

  it('knows an opening line that matched nothing', () => {
    const occurrences = createOccurrences(10);
    occurrences.note(request(10), 1, false);
    occurrences.note(request(20), 2, true);
    expect(occurrences.claim('K4', request(20), 2)).toBe('another-line');
  });

  it('takes the first of two equal lines', () => {
    const occurrences = createOccurrences(10);
    occurrences.note(request(10), 1, true);
    occurrences.note(request(10), 2, true);
    expect(occurrences.claim('K4', request(10), 1)).toBe('granted');
    expect(occurrences.claim('K4', request(10), 2)).toBe('another-line');
  });

  it('lets several rules fire on one line, each once', () => {
    const occurrences = createOccurrences(10);
    expect(occurrences.claim('V1', repeat(), 1)).toBe('granted');
    expect(occurrences.claim('V6', repeat(), 1)).toBe('granted');
    expect(occurrences.claim('V1', repeat(), 2)).toBe('fired-before');
  });

  it('is bounded, counts what it forgot, and keeps matches apart from openings', () => {
    const occurrences = createOccurrences(10);
    occurrences.note(request(10), 1, true);
    for (let other = 0; other < 100; other++) occurrences.note(request(1, `w${other}`), 2 + other, false);
    expect(occurrences.evicted).toBeGreaterThan(0);
    occurrences.note(request(20), 200, true);
    expect(occurrences.claim('K4', request(20), 200)).toBe('another-line');
  });
});
