import type { Micros } from './event.ts';

/** Seconds of 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what four digits of a year can say. */
const EARLIEST = -62_167_219_200;
const LATEST = 253_402_300_799;

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysIn = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);

/** Days from 1970-01-01; years start in March, so that the leap day comes last (Hinnant's civil calendar). */
const daysSinceEpoch = (year: number, month: number, day: number): number => {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

/** A digit's value, or NaN: a NaN anywhere survives the sums and fails every comparison. */
const digit = (text: string, at: number): number => {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : Number.NaN;
};

const pair = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1);

/** Seconds east of UTC for `Z` or `+hh:mm` that ends the text, or NaN. */
const offsetSeconds = (text: string, at: number): number => {
  const sign = text[at];
  if (sign === 'Z' || sign === 'z') return text.length === at + 1 ? 0 : Number.NaN;
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return Number.NaN;
  const hours = pair(text, at + 1);
  const minutes = pair(text, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (sign === '-' ? -60 : 60) * (hours * 60 + minutes);
};

const secondsOf = (text: string): number => {
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  const hour = pair(text, 11);
  const minute = pair(text, 14);
  const second = pair(text, 17);
  // A leap second (60) falls on the second after it.
  const valid = month >= 1 && day >= 1 && day <= daysIn(year, month) && hour <= 23 && minute <= 59;
  if (!(valid && second <= 60)) return Number.NaN;
  return daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
};

const hasSeparators = (text: string): boolean =>
  text[4] === '-' &&
  text[7] === '-' &&
  (text[10] === 'T' || text[10] === 't') &&
  text[13] === ':' &&
  text[16] === ':';

/**
 * Time of an RFC 3339 stamp (Kubernetes, Vault, Loki: up to nine digits of a second, `Z` or an offset).
 * What is finer than a microsecond is cut. Undefined for anything else, also for dates that do not exist.
 */
export const parseRfc3339 = (text: string): Micros | undefined => {
  if (text.length < 20 || !hasSeparators(text)) return undefined;
  let at = 19;
  let fraction = 0;
  if (text[at] === '.') {
    let unit = 100_000;
    const start = ++at;
    for (let value = digit(text, at); !Number.isNaN(value); value = digit(text, ++at)) {
      if (unit >= 1) fraction += value * unit;
      unit /= 10;
    }
    if (at === start) return undefined;
  }
  const seconds = secondsOf(text) - offsetSeconds(text, at);
  return seconds >= EARLIEST && seconds <= LATEST ? seconds * 1_000_000 + fraction : undefined;
};

/**
 * Time of a decimal count of nanoseconds (Loki's query_range), exact to the microsecond: the digits are cut before
 * they become a number, because 19 of them do not fit one.
 */
export const parseNanoseconds = (text: string): Micros | undefined => {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  return text.length <= 3 ? 0 : Number(text.slice(0, -3));
};

/** `2026-05-12T07:30:00.000042Z`: always UTC and six digits, so that texts sort like times. */
export const formatRfc3339 = (time: Micros): string => {
  const seconds = Math.min(Math.max(Math.floor(time / 1_000_000), EARLIEST), LATEST);
  const micros = Math.min(Math.max(Math.floor(time - seconds * 1_000_000), 0), 999_999);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
};
