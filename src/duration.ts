const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What is valid, for messages. */
export const DURATION_FORM = 'a whole number with s, m, h or d: 90s, 5m, 1h, 7d';

/** Milliseconds of `90s`, `5m`, `1h`, `7d`; undefined for anything else, zero and more than ten years included. */
export const parseDurationMs = (text: string): number | undefined => {
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = Number(digits) * (UNIT_MS[unit] ?? 0);
  return ms > 0 && ms <= 3_650 * 86_400_000 ? ms : undefined;
};

const UNITS = Object.entries(UNIT_MS).reverse();

/** The shortest form that `parseDurationMs` reads back: `90s`, `5m`, `1h`. */
export const formatDuration = (ms: number): string => {
  const [unit, size] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
};
