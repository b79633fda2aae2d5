import { isAscii, isUtf8 } from 'node:buffer';
import type { Line, Micros, Reject } from '../../event.ts';
import type { DamagedInput } from '../bytes/damaged.ts';
import type { Progress } from '../progress.ts';
import type { Item } from '../source.ts';

export const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;

/** What every line of one input has in common. */
export interface LineOrigin {
  readonly file: string;
  readonly notAfter: Micros | undefined;
  readonly maxLineBytes: number;
  readonly progress: Progress;
}

export const lineOf = (origin: LineOrigin, number: number, text: string): Line => ({
  text,
  file: origin.file,
  number,
  labels: undefined,
  time: undefined,
  notAfter: origin.notAfter,
});

export const oversized = (origin: LineOrigin, number: number, bytes: number): Reject => {
  origin.progress.lines++;
  const detail = `The line is ${bytes} bytes long, more than the ${origin.maxLineBytes} that are read.`;
  return { line: lineOf(origin, number, ''), reason: 'oversized', detail };
};

/** Stands for everything from line `number` on, when what the lines come from is cut or broken. */
export const damaged = (origin: LineOrigin, number: number, damage: DamagedInput): Reject => {
  const detail = `The input is damaged (${damage.message}): it can be read up to line ${number - 1}.`;
  return { line: lineOf(origin, number, ''), reason: 'truncated', detail };
};

/** How the lines in `bytes` are to be decoded: told once for a whole chunk, because asking is cheap only then. */
export interface Script {
  readonly ascii: boolean;
  readonly nul: boolean;
}

export const scriptOf = (bytes: Buffer): Script => ({ ascii: isAscii(bytes), nul: bytes.includes(0) });

/**
 * The line that stands at `start` to `end` (its newline excluded) of `bytes`, or undefined when it is blank.
 * The text is a copy: a slice of a decoded chunk would keep the whole chunk alive as long as the line.
 */
export const readLine = (
  origin: LineOrigin,
  number: number,
  at: { bytes: Buffer; start: number; end: number; script: Script },
): Item | undefined => {
  const { bytes, start, script } = at;
  const { progress } = origin;
  if (at.end - start > origin.maxLineBytes) return oversized(origin, number, at.end - start);
  progress.lines++;
  const end = at.end > start && bytes[at.end - 1] === CARRIAGE_RETURN ? at.end - 1 : at.end;
  const text = bytes.toString(script.ascii ? 'latin1' : 'utf8', start, end);
  if (end === start || ((bytes[start] ?? 0) <= SPACE && text.trim() === '')) {
    progress.blank++;
    return undefined;
  }
  if (script.nul && text.includes('\0')) progress.withNul++;
  if (!script.ascii && text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end))) progress.invalidUtf8++;
  return lineOf(origin, number, text);
};

/** Bytes of a line whose end has not been seen, never more than the limit. */
interface Carry {
  readonly length: number;
  append(bytes: Buffer): void;
  /** The bytes, or undefined when there were more than the limit; either way the carry is empty afterwards. */
  take(): Buffer | undefined;
}

const createCarry = (limit: number): Carry => {
  let buffer = Buffer.alloc(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(bytes) {
      const start = length;
      length += bytes.length;
      if (length > limit) {
        buffer = Buffer.alloc(0);
        return;
      }
      if (length > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(length * 2, 4096), limit));
        buffer.copy(larger, 0, 0, start);
        buffer = larger;
      }
      bytes.copy(buffer, start);
    },
    take() {
      const taken = length > limit ? undefined : buffer.subarray(0, length);
      length = 0;
      return taken;
    },
  };
};

/** Cuts chunks into lines, wherever the chunks were cut. */
export interface LineCutter<T = Item> {
  cut(chunk: Buffer): T[];
  /** Lines that were not cut, because nobody has to read them, are counted all the same. */
  passOver(lines: number, bytes: number): void;
  /** The last line, when it has no newline. */
  end(): T[];
  /** True when a line has begun and not ended. */
  readonly carries: boolean;
  /** Number of the line that has begun and not ended, or that would be next. */
  readonly number: number;
}

export const createLineCutter = (origin: LineOrigin): LineCutter => {
  const carry = createCarry(origin.maxLineBytes);
  let number = 1;

  const finishCarried = (items: Item[]) => {
    const total = carry.length;
    const bytes = carry.take();
    const item =
      bytes === undefined
        ? oversized(origin, number, total)
        : readLine(origin, number, { bytes, start: 0, end: total, script: scriptOf(bytes) });
    if (item !== undefined) items.push(item);
    number++;
  };

  return {
    get number() {
      return number;
    },
    get carries() {
      return carry.length > 0;
    },
    passOver(lines, bytes) {
      number += lines;
      origin.progress.lines += lines;
      origin.progress.bytes += bytes;
    },
    cut(chunk) {
      const items: Item[] = [];
      let start = 0;
      origin.progress.bytes += chunk.length;
      let newline = chunk.indexOf(NEWLINE);
      if (carry.length > 0 && newline >= 0) {
        carry.append(chunk.subarray(0, newline));
        finishCarried(items);
        start = newline + 1;
        newline = chunk.indexOf(NEWLINE, start);
      }
      const script = scriptOf(chunk);
      for (; newline >= 0; newline = chunk.indexOf(NEWLINE, start)) {
        const item = readLine(origin, number++, { bytes: chunk, start, end: newline, script });
        if (item !== undefined) items.push(item);
        start = newline + 1;
      }
      if (start < chunk.length) carry.append(chunk.subarray(start));
      return items;
    },
    end() {
      const items: Item[] = [];
      if (carry.length > 0) finishCarried(items);
      return items;
    },
  };
};
