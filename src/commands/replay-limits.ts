/** A replay waits for its whole input, up to so many matches; with more, the earliest are settled before. */
export const REPLAY_ENGINE = { hold: 20_000, maxOccurrences: 50_000 } as const;

export const REPLAY_LIMITS = { lateness: 0, maxKeys: 200_000 } as const;
