import { describe, expect, it } from 'vitest';
import { parseDiscards } from '../../src/sources/loki/discards.ts';
import { discarded } from '../../src/watch/discards.ts';

const METRICS = `# HELP loki_discarded_samples_total The total number of samples that were discarded.
# TYPE loki_discarded_samples_total counter
loki_discarded_samples_total{policy="",reason="line_too_long",retention_hours="744",tenant="fake"} 3
loki_discarded_samples_total{policy="",reason="line_too_long",retention_hours="24",tenant="fake"} 2
loki_discarded_samples_total{policy="",reason="rate_limited",retention_hours="744",tenant="other"} 1e+06
loki_discarded_bytes_total{reason="line_too_long",tenant="fake"} 900000
`;

describe("Loki's counters of discarded lines", () => {
  it('are summed by reason', () => {
    expect(Object.fromEntries(parseDiscards(METRICS, undefined))).toEqual({
      line_too_long: 5,
      rate_limited: 1e6,
    });
  });

  it('are those of the own tenant', () => {
    expect(Object.fromEntries(parseDiscards(METRICS, 'fake'))).toEqual({ line_too_long: 5 });
  });

  it('may be anything: what is no counter is left out', () => {
    expect(parseDiscards('<html>loki_discarded_samples_total{reason="x"}</html>', undefined).size).toBe(0);
  });
});

describe('discarded lines', () => {
  const between = (before: Record<string, number>, after: Record<string, number>) =>
    discarded(new Map(Object.entries(before)), new Map(Object.entries(after)), 0).map(({ facts }) => facts);

  it('are told by what a counter rose', () => {
    expect(between({ line_too_long: 3 }, { line_too_long: 5 })).toEqual([
      { reason: 'line_too_long', count: 2 },
    ]);
  });

  it('are not told when no counter rose', () => {
    expect(between({ line_too_long: 3 }, { line_too_long: 3 })).toEqual([]);
  });

  it('are told in full for a Loki that started anew', () => {
    expect(between({ line_too_long: 30 }, { line_too_long: 2 })).toEqual([
      { reason: 'line_too_long', count: 2 },
    ]);
  });
});
