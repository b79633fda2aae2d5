import { type Micros, SECOND } from '../event.ts';

/** What a stamp without a year is dated by. */
export interface Clock {
  /** The record's own time. */
  readonly time: Micros | undefined;
  /** The latest moment at which the line can have been written. */
  readonly notAfter: Micros | undefined;
}

/** A stamp at the start of a text, with the index of what follows it. `time` is undefined when it cannot be dated. */
export interface Stamp {
  readonly time: Micros | undefined;
  readonly end: number;
}

const DAY: Micros = 86_400 * SECOND;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(${MONTHS.join('|')})`;

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?([Zz]|[+-]\d\d:?\d\d)?(?![\d:.])/;
const TRADITIONAL = new RegExp(
  `^${MONTH} {1,2}(\\d{1,2}) (\\d\\d):(\\d\\d):(\\d\\d)(?:[.,](\\d{1,9}))?(?= |$)`,
);
/** `[Sat Nov 21 09:40:43 2026]` of `dmesg -T`. */
const CTIME = new RegExp(`^\\[[A-Z][a-z]{2} ${MONTH} {1,2}(\\d{1,2}) (\\d\\d):(\\d\\d):(\\d\\d) (\\d{4})\\]`);
/** `20/Jun/2022:13:09:14 +0200` of the Proxmox firewall. */
const CLF = new RegExp(`\\b(\\d{2})/${MONTH}/(\\d{4}):(\\d\\d):(\\d\\d):(\\d\\d) ([+-]\\d{4})`);

interface Fields {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: string | undefined;
  readonly time: readonly [hour: string | undefined, minute: string | undefined, second: string | undefined];
  readonly fraction?: string | undefined;
  readonly offset?: string | undefined;
}

const toMicros = ({ year, month, day, time, fraction = '', offset = 'Z' }: Fields): Micros | undefined => {
  const [hour, minute, second] = time.map(Number) as [number, number, number]; // three in, three out
  const date = new Date(Date.UTC(year, month - 1, Number(day), hour, minute, second));
  date.setUTCFullYear(year, month - 1, Number(day)); // Date.UTC takes years below 100 for 19xx
  const fits = date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day);
  if (!fits || hour > 23 || minute > 59 || second > 60) return undefined; // 60: leap second
  const shift = offsetMinutes(offset);
  if (shift === undefined) return undefined;
  return date.getTime() * 1000 - shift * 60 * SECOND + Number(fraction.slice(0, 6).padEnd(6, '0'));
};

const offsetMinutes = (offset: string): number | undefined => {
  if (offset === 'Z' || offset === 'z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
};

const monthOf = (name: string | undefined): number => MONTHS.indexOf(name ?? '') + 1;

/** An RFC 3339 stamp at the start of `text`, any offset; without one it is UTC. */
export const readRfc3339 = (text: string): Stamp | undefined => {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [whole, year, month, day, hour, minute, second, fraction, offset] = match;
  const time = [hour, minute, second] as const;
  const micros = toMicros({ year: Number(year), month: Number(month), day, time, fraction, offset });
  return micros === undefined ? undefined : { time: micros, end: whole.length };
};

/** The whole of `text` as an RFC 3339 stamp. */
export const parseInstant = (text: string): Micros | undefined => {
  const stamp = readRfc3339(text);
  return stamp?.end === text.length ? stamp.time : undefined;
};

/** `Nov 21 09:56:02`: UTC, and dated by the clock, since it has no year. */
export const readTraditional = (text: string, clock: Clock): Stamp | undefined => {
  const match = TRADITIONAL.exec(text);
  if (match === null) return undefined;
  const [whole, month, day, hour, minute, second, fraction] = match;
  const inYear = (year: number): Micros | undefined =>
    toMicros({ year, month: monthOf(month), day, time: [hour, minute, second], fraction });
  if (inYear(2000) === undefined) return undefined; // a leap year: any real date exists in it
  return { time: dated(inYear, clock), end: whole.length };
};

/** Nearest to the record's time; else the latest year in which the stamp is not after `notAfter` (and a day: clocks differ). */
const dated = (inYear: (year: number) => Micros | undefined, clock: Clock): Micros | undefined => {
  const anchor = clock.time ?? clock.notAfter;
  if (anchor === undefined) return undefined;
  const now = new Date(anchor / 1000).getUTCFullYear();
  if (!Number.isFinite(now)) return undefined;
  // nine years back: 29 February can be that far away
  const candidates = Array.from({ length: 10 }, (_, back) => inYear(now + 1 - back)).filter(
    (time) => time !== undefined,
  );
  if (clock.time === undefined) return candidates.find((time) => time <= anchor + DAY);
  return candidates.reduce<Micros | undefined>(
    (best, time) => (best === undefined || Math.abs(time - anchor) < Math.abs(best - anchor) ? time : best),
    undefined,
  );
};

/** `[Sat Nov 21 09:40:43 2026]`: local time of an unknown zone, taken as UTC. */
export const readCtime = (text: string): Stamp | undefined => {
  const match = CTIME.exec(text);
  if (match === null) return undefined;
  const [whole, month, day, hour, minute, second, year] = match;
  const time = toMicros({ year: Number(year), month: monthOf(month), day, time: [hour, minute, second] });
  return { time, end: whole.length };
};

/** `20/Jun/2022:13:09:14 +0200`, anywhere in `text`. */
export const findCommonLogTime = (text: string): Micros | undefined => {
  const match = CLF.exec(text);
  if (match === null) return undefined;
  const [, day, month, year, hour, minute, second, offset] = match;
  return toMicros({ year: Number(year), month: monthOf(month), day, time: [hour, minute, second], offset });
};
