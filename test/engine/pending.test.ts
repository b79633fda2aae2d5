import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, createPending, type Timed } from '../../src/engine/pending.ts';

const items = fc
  .array(fc.integer({ min: 0, max: 20 }), { maxLength: 50 })
  .map((times) => times.map((at, sequence): Timed => ({ at, sequence })));

describe('pending', () => {
  it('lets a bound of nothing through at once', () => {
    const pending = createPending<Timed>(0);
    expect(pending.add({ at: 5, sequence: 0 })).toEqual([{ at: 5, sequence: 0 }]);
    expect(pending.drain()).toEqual([]);
  });

  it('drains in time order, ties in input order', () => {
    fc.assert(
      fc.property(items, (given) => {
        const pending = createPending<Timed>(1000);
        for (const item of given) expect(pending.add(item)).toEqual([]);
        expect(pending.drain()).toEqual([...given].sort(compare));
        expect(pending.drain()).toEqual([]);
      }),
    );
  });

  it('lets the earliest go when more than the bound wait, and loses none', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 10 }), (given, bound) => {
        const pending = createPending<Timed>(bound);
        const waiting: Timed[] = [];
        for (const item of given) {
          waiting.push(item);
          waiting.sort(compare);
          expect(pending.add(item)).toEqual(waiting.splice(0, Math.max(0, waiting.length - bound)));
        }
        expect(pending.drain()).toEqual(waiting);
      }),
    );
  });
});
