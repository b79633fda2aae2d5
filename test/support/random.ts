/** Random numbers that are the same in every run (mulberry32). */
export interface Random {
  /** 0 <= n < `below`, whole. */
  int(below: number): number;
  pick<T>(from: readonly T[]): T;
}

export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const int = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
  return {
    int,
    pick(from) {
      if (from.length === 0) throw new RangeError('nothing to pick from');
      return from[int(from.length)] as (typeof from)[number]; // the index is in range
    },
  };
};
