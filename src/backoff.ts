export interface BackoffOptions {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * How long to wait before attempt `failures + 1`: doubles from `firstMs` to `mostMs`, spread over its upper half so that
 * several clients do not come back at once. `random` is from 0 to 1.
 */
export const backoffMs = ({ firstMs, mostMs }: BackoffOptions, failures: number, random: number): number => {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
  return Math.round(full * (0.5 + random / 2));
};
