import { type Micros, SECOND } from '../event.ts';
import { parseRfc3339 } from '../time.ts';

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
const HALF_YEAR: Micros = 182.5 * DAY;
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
  readonly year: string | number | undefined;
  readonly month: string | number | undefined;
  readonly day: string | undefined;
  readonly time: readonly (string | undefined)[];
  readonly fraction?: string | undefined;
  readonly offset?: string | undefined;
}

const pad = (value: string | number | undefined, length: number): string =>
  String(value).padStart(length, '0');

const toMicros = ({ year, month, day, time, fraction = '0', offset = 'Z' }: Fields): Micros | undefined => {
  const zone = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  return parseRfc3339(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${time.join(':')}.${fraction}${zone}`);
};

const monthOf = (name: string | undefined): number => MONTHS.indexOf(name ?? '') + 1;

/** An RFC 3339 stamp at the start of `text`, any offset; without one it is UTC. */
export const readRfc3339 = (text: string): Stamp | undefined => {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [whole, year, month, day, hour, minute, second, fraction, offset] = match;
  const time = [hour, minute, second] as const;
  const micros = toMicros({ year, month, day, time, fraction, offset });
  return micros === undefined ? undefined : { time: micros, end: whole.length };
};

/** `Nov 21 09:56:02`: UTC, and dated by the clock, since it has no year. */
export const readTraditional = (text: string, clock: Clock): Stamp | undefined => {
  const match = TRADITIONAL.exec(text);
  if (match === null) return undefined;
  const [whole, month, day, hour, minute, second, fraction] = match;
  const inYear = (year: number): Micros | undefined =>
    toMicros({ year, month: monthOf(month), day, time: [hour, minute, second], fraction });
  const time = dated(inYear, clock);
  if (time === undefined && inYear(2000) === undefined) return undefined; // a leap year: any real date exists in it
  return { time, end: whole.length };
};

/** A stamp's distance from the record's time is at most half a year; from the latest moment of writing, what clocks differ. */
const dated = (inYear: (year: number) => Micros | undefined, clock: Clock): Micros | undefined => {
  const latest = clock.time === undefined ? (clock.notAfter ?? Number.NaN) + DAY : clock.time + HALF_YEAR;
  const last = new Date(latest / 1000).getUTCFullYear();
  // eight years back: 29 February can be that far away
  for (let year = last; year >= last - 8; year -= 1) {
    const time = inYear(year);
    if (time !== undefined && time <= latest) return time;
  }
  return undefined;
};

/** `[Sat Nov 21 09:40:43 2026]`: local time of an unknown zone, taken as UTC. */
export const readCtime = (text: string): Stamp | undefined => {
  const match = CTIME.exec(text);
  if (match === null) return undefined;
  const [whole, month, day, hour, minute, second, year] = match;
  const time = toMicros({ year, month: monthOf(month), day, time: [hour, minute, second] });
  return { time, end: whole.length };
};

/** `20/Jun/2022:13:09:14 +0200`, anywhere in `text`. */
export const findCommonLogTime = (text: string): Micros | undefined => {
  const match = CLF.exec(text);
  if (match === null) return undefined;
  const [, day, month, year, hour, minute, second, offset] = match;
  return toMicros({ year, month: monthOf(month), day, time: [hour, minute, second], offset });
};
