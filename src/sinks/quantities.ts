const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

const humanly = (value: number): string => (value < 100 ? precise : whole).format(value);

/** `12,345`; with a noun `1 line`, `2 lines`. */
export const formatCount = (count: number, noun?: string): string =>
  noun === undefined ? whole.format(count) : `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Decimal units, as disks and networks have: `4.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${whole.format(bytes)} B`;
  if (bytes < 1e6) return `${humanly(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${humanly(bytes / 1e6)} MB` : `${precise.format(bytes / 1e9)} GB`;
}

/** `0.84 s`, `1 min 12 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 60_000) return `${precise.format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${whole.format(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** Things a second. */
export const formatRate = (count: number, elapsedMs: number): string =>
  whole.format((count * 1000) / Math.max(1, elapsedMs));
