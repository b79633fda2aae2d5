import type { Micros } from '../../event.ts';

/** Nanoseconds since 1970, as Loki keeps them: too large for a number. */
export type Nanos = bigint;

/** From `from` (inclusive) to `to` (exclusive), as Loki's start and end. */
export interface TimeRange {
  readonly from: Nanos;
  readonly to: Nanos;
}

export const MILLISECOND: Nanos = 1_000_000n;
export const SECOND_NS: Nanos = 1_000_000_000n;

export const nanosOfMillis = (millis: number): Nanos => BigInt(Math.round(millis)) * MILLISECOND;

export const nanosOfMicros = (micros: Micros): Nanos => BigInt(Math.floor(micros)) * 1_000n;

/** Cuts what is finer than a microsecond. */
export const microsOfNanos = (ns: Nanos): Micros => Number(ns / 1_000n);

export const millisOfNanos = (ns: Nanos): number => Number(ns / MILLISECOND);

export const earlier = (a: Nanos, b: Nanos): Nanos => (a < b ? a : b);
export const later = (a: Nanos, b: Nanos): Nanos => (a > b ? a : b);

/**
 * Lines are counted by whole seconds, each named by its end and holding it: second 5 is (4 s, 5 s]. That is what a
 * sample of `count_over_time(…[1s])` at 5 s counts, so that our counts and Loki's can be compared.
 */
export const secondOf = (ns: Nanos): number => Number((ns + SECOND_NS - 1n) / SECOND_NS);

/** The time of seconds `first` to `last`, both included. */
export const rangeOfSeconds = (first: number, last: number): TimeRange => ({
  from: BigInt(first - 1) * SECOND_NS + 1n,
  to: BigInt(last) * SECOND_NS + 1n,
});
