// AssemblyScript: a JSON reader that looks at a line without building anything. It is built by `node scanner/build.mjs`.
//
// A line is understood when it is one strictly valid JSON object without blanks, in ASCII, ended by a newline. Of the
// keys that the caller names (one or two levels deep) it finds the values; everything else is validated and skipped.
// Whatever is not exactly that (blanks, other encodings, a named key twice, an escape or a dot in a key that stands
// where a named one could stand) is `ODD` and has to be read by a real parser.
//
// The values of the named keys together are the line's signature. A table remembers what the caller said about each
// signature; two lines with the same signature differ only in what the caller did not ask for.

/** Where the caller puts the keys, the chunk, and reads the records: see `src/fast/scanner.ts`, which has the same numbers. */
const KEYS: usize = 0x1000;
const SPANS: usize = 0x4000;
const STAMPS: usize = 0x4800;
const SIGNATURE: usize = 0x5000;
const SIGNATURE_MAX: usize = 0x2000;
const RECORDS: usize = 0x10000;
const RECORD_BYTES: usize = 16;
const RECORDS_MAX: i32 = 0x4000;
const TABLE: usize = 0x60000;
const TABLE_SLOTS: u32 = 0x10000;
const ARENA: usize = 0xa0000;
const ARENA_END: usize = 0x8a0000;

/** Kinds of keys. */
const LEAF: u32 = 0;
const OBJECT: u32 = 1;
const STAMP: u32 = 2;

/** What is known of a signature; also the code of a record. */
const LEARNING: u32 = 0;
const PASSES: u32 = 1;
const ODD: u32 = 3;

/** Bytes of one key in the table of keys: kind, slot, length, children, their count, 4 unused, first 8 bytes, text (32). */
const KEY_BYTES: usize = 64;

const DEEPEST: i32 = 60;
const MOST_PROBES: u32 = 16;

let keyCount: i32 = 0;
let leafSlots: i32 = 0;
let seen: u32 = 0;
let escaped: bool = false;
let arenaEnd: usize = ARENA;
let minimum: u64 = 0;
let maximum: u64 = 0;
let stamp: u64 = 0;
let stampAt: usize = 0;

/** Lines that passed after the last record. */
export let passed: i32 = 0;
/** Signatures that may still be learnt in this chunk. */
export let budget: i32 = 0;
/** Bytes of the chunk that were looked at; less than all of them when the records were full. */
export let consumed: usize = 0;
/** True when no more signatures fit: the caller should forget them all. */
export let full: bool = false;

/** `keys` top-level keys stand in the table of keys; values of slots below `slots` make the signature. */
export function configure(keys: i32, slots: i32): void {
  keyCount = keys;
  leafSlots = slots;
  forget();
}

export function forget(): void {
  memory.fill(TABLE, 0, TABLE_SLOTS << 2);
  arenaEnd = ARENA;
  full = false;
}

export function learn(count: i32): void {
  budget = count;
}

// @ts-ignore: decorator
@inline
function isDigit(p: usize): bool {
  return <u32>load<u8>(p) - 48 <= 9;
}

/** The closing quote of the string whose text begins at `p`; 0 when it is no string of ASCII. */
function endOfString(p: usize): usize {
  const quote = i8x16.splat(34);
  const backslash = i8x16.splat(92);
  const space = i8x16.splat(32);
  while (true) {
    const bytes = v128.load(p);
    // As signed bytes, everything that is not ASCII is below the space, like the control characters.
    const special = v128.or(
      v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)),
      i8x16.lt_s(bytes, space),
    );
    const mask = i8x16.bitmask(special);
    if (mask == 0) {
      p += 16;
      continue;
    }
    p += ctz(mask);
    const byte = load<u8>(p);
    if (byte == 34) return p;
    if (byte != 92) return 0;
    escaped = true;
    p = endOfEscape(p + 1);
    if (p == 0) return 0;
  }
}

function endOfEscape(p: usize): usize {
  switch (load<u8>(p)) {
    case 34: // "
    case 92: // backslash
    case 47: // /
    case 98: // b
    case 102: // f
    case 110: // n
    case 114: // r
    case 116: // t
      return p + 1;
    case 117: // u
      for (let i: usize = 1; i <= 4; i++) {
        const byte = <u32>load<u8>(p + i);
        if (!(byte - 48 <= 9 || (byte | 32) - 97 <= 5)) return 0;
      }
      return p + 5;
    default:
      return 0;
  }
}

function endOfNumber(p: usize): usize {
  if (load<u8>(p) == 45) p++;
  if (load<u8>(p) == 48) p++;
  else {
    if (!isDigit(p)) return 0;
    while (isDigit(p)) p++;
  }
  if (load<u8>(p) == 46) {
    p++;
    if (!isDigit(p)) return 0;
    while (isDigit(p)) p++;
  }
  if ((load<u8>(p) | 32) == 101) {
    p++;
    if (load<u8>(p) == 43 || load<u8>(p) == 45) p++;
    if (!isDigit(p)) return 0;
    while (isDigit(p)) p++;
  }
  return p;
}

/** The end of a string, number, true, false or null that begins at `p`, else 0. */
// @ts-ignore: decorator
@inline
function endOfScalar(p: usize): usize {
  const byte = load<u8>(p);
  if (byte == 34) {
    const end = endOfString(p + 1);
    return end == 0 ? 0 : end + 1;
  }
  if (byte == 116) return load<u32>(p) == 0x65757274 ? p + 4 : 0; // true
  if (byte == 102) return load<u32>(p + 1) == 0x65736c61 ? p + 5 : 0; // false
  if (byte == 110) return load<u32>(p) == 0x6c6c756e ? p + 4 : 0; // null
  return endOfNumber(p);
}

/** The end of the valid JSON value without blanks that begins at `p`, else 0. */
function endOfValue(p: usize): usize {
  const first = load<u8>(p);
  if (first != 123 && first != 91) return endOfScalar(p);
  let depth = 0;
  let objects: u64 = 0; // one bit a level: 1 in an object, 0 in a list
  while (true) {
    // a value begins at p
    const byte = load<u8>(p);
    if (byte == 123 || byte == 91) {
      if (++depth > DEEPEST) return 0;
      const isObject = byte == 123;
      objects = (objects << 1) | <u64>isObject;
      p++;
      if (load<u8>(p) == (isObject ? 125 : 93)) {
        // empty: it ends below
      } else {
        if (isObject) {
          p = endOfKey(p);
          if (p == 0) return 0;
        }
        continue;
      }
    } else {
      p = endOfScalar(p);
      if (p == 0) return 0;
    }
    // a value has ended, or an empty one is about to
    while (true) {
      const inObject = (objects & 1) == 1;
      const next = load<u8>(p);
      if (next == 44) {
        p++;
        if (inObject) {
          p = endOfKey(p);
          if (p == 0) return 0;
        }
        break;
      }
      if (next != (inObject ? 125 : 93)) return 0;
      p++;
      objects >>= 1;
      if (--depth == 0) return p;
    }
  }
}

/** What follows the key and its colon. */
// @ts-ignore: decorator
@inline
function endOfKey(p: usize): usize {
  if (load<u8>(p) != 34) return 0;
  const end = endOfString(p + 1);
  return end == 0 || load<u8>(end + 1) != 58 ? 0 : end + 2;
}

function hasDot(p: usize, length: usize): bool {
  const dot = i8x16.splat(46);
  for (let at: usize = 0; at < length; at += 16) {
    let mask = <u32>i8x16.bitmask(i8x16.eq(v128.load(p + at), dot));
    if (length - at < 16) mask &= (1 << <u32>(length - at)) - 1;
    if (mask != 0) return true;
  }
  return false;
}

function isSame(a: usize, b: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(a + at) != load<u64>(b + at)) return false;
  for (; at < length; at++) if (load<u8>(a + at) != load<u8>(b + at)) return false;
  return true;
}

/** The key of the table that stands at `p`; 0 when none does. */
function findKey(p: usize, length: usize, keys: usize, count: i32): usize {
  let head = load<u64>(p);
  if (length < 8) head &= (<u64>1 << (<u64>length << 3)) - 1;
  for (let i = 0; i < count; i++) {
    const key = keys + <usize>i * KEY_BYTES;
    if (load<u64>(key, 24) != head || load<u32>(key, 8) != <u32>length) continue;
    if (length <= 8 || isSame(p + 8, key + 40, length - 8)) return key;
  }
  return 0;
}

/** Reads the object that begins at `p` and notes where the values of its keys are. */
function readObject(p: usize, keys: usize, count: i32): usize {
  if (load<u8>(p) != 123) return 0;
  p++;
  if (load<u8>(p) == 125) return p + 1;
  while (true) {
    if (load<u8>(p) != 34) return 0;
    p++;
    escaped = false;
    const end = endOfString(p);
    if (end == 0 || escaped || load<u8>(end + 1) != 58) return 0;
    const length = end - p;
    if (hasDot(p, length)) return 0;
    const key = findKey(p, length, keys, count);
    const value = end + 2;
    p = key == 0 ? endOfValue(value) : readValue(value, key);
    if (p == 0) return 0;
    const next = load<u8>(p);
    p++;
    if (next == 125) return p;
    if (next != 44) return 0;
  }
}

function readValue(p: usize, key: usize): usize {
  const slot = load<u32>(key, 4);
  const bit = <u32>1 << slot;
  if ((seen & bit) != 0) return 0;
  seen |= bit;
  const kind = load<u32>(key);
  let end: usize;
  if (kind == OBJECT) end = readObject(p, KEYS + <usize>load<u32>(key, 12) * KEY_BYTES, load<u32>(key, 16));
  else if (kind == STAMP) end = readStamp(p);
  else end = endOfValue(p);
  if (kind == LEAF) {
    store<u32>(SPANS + (<usize>slot << 3), <u32>p);
    store<u32>(SPANS + (<usize>slot << 3), <u32>end, 4);
  }
  return end;
}

// @ts-ignore: decorator
@inline
function pair(p: usize): u32 {
  return (<u32>load<u8>(p) - 48) * 10 + <u32>load<u8>(p, 1) - 48;
}

/** `"2026-05-12T00:00:00.000000Z"`, a time that exists in every year; anything else is odd. */
function readStamp(p: usize): usize {
  const digits = i8x16.swizzle(v128.load(p + 1), i8x16(0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 0, 0, 0, 0));
  const rest = i8x16.swizzle(v128.load(p + 13), i8x16(5, 6, 8, 9, 10, 11, 12, 13, 5, 5, 5, 5, 5, 5, 5, 5));
  const zero = i8x16.splat(48);
  const nine = i8x16.splat(9);
  const areDigits =
    i8x16.all_true(i8x16.le_u(i8x16.sub(digits, zero), nine)) && i8x16.all_true(i8x16.le_u(i8x16.sub(rest, zero), nine));
  if (!areDigits) return 0;
  if (load<u8>(p) != 34 || load<u8>(p, 5) != 45 || load<u8>(p, 8) != 45 || load<u8>(p, 11) != 84) return 0;
  if (load<u8>(p, 14) != 58 || load<u8>(p, 17) != 58 || load<u8>(p, 20) != 46) return 0;
  if (load<u8>(p, 27) != 90 || load<u8>(p, 28) != 34) return 0;
  const month = pair(p + 6);
  const day = pair(p + 9);
  const hour = pair(p + 12);
  const minute = pair(p + 15);
  const second = pair(p + 18);
  if (month - 1 > 11 || day - 1 > 30 || hour > 23 || minute > 59 || second > 59) return 0;
  if (day > 28 && (month == 2 || (day == 31 && (month == 4 || month == 6 || month == 9 || month == 11)))) return 0;
  const days: u64 = <u64>(((pair(p + 1) * 100 + pair(p + 3)) * 12 + month) * 31 + day);
  const micros: u64 = <u64>(pair(p + 21) * 10_000 + pair(p + 23) * 100 + pair(p + 25));
  stamp = (days * 86_400 + <u64>(hour * 3600 + minute * 60 + second)) * 1_000_000 + micros;
  stampAt = p + 1;
  return p + 29;
}

/** Writes the values of the signature one behind the other, each ended by a NUL, which no valid JSON holds; its length. */
function writeSignature(): usize {
  let to = SIGNATURE;
  const last = SIGNATURE + SIGNATURE_MAX;
  for (let slot = 0; slot < leafSlots; slot++) {
    if ((seen >> slot) & 1) {
      const start = <usize>load<u32>(SPANS + (<usize>slot << 3));
      const length = <usize>load<u32>(SPANS + (<usize>slot << 3), 4) - start;
      if (to + length + 64 > last) return 0;
      for (let at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(start + at));
      to += length;
    }
    store<u8>(to, 0);
    to++;
  }
  // Which objects were there, in the last four bytes; then zeros, so that words can be compared.
  store<u32>(to, seen);
  to += 4;
  v128.store(to, i8x16.splat(0));
  return to - SIGNATURE;
}

function hashOf(length: usize): u32 {
  let hash: u64 = 0x9e3779b97f4a7c15 ^ <u64>length;
  for (let at: usize = 0; at < length; at += 8) {
    hash = (hash ^ load<u64>(SIGNATURE + at)) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return <u32>(hash ^ (hash >> 29));
}

/** What is known of the signature of this line; a new one is put into the table for the caller to judge. */
function lookUp(): u32 {
  const length = writeSignature();
  if (length == 0) return ODD;
  const hash = hashOf(length);
  const padded = (length + 7) & ~7;
  for (let probe: u32 = 0; probe < MOST_PROBES; probe++) {
    const slot = TABLE + (<usize>((hash + probe) & (TABLE_SLOTS - 1)) << 2);
    const entry = <usize>load<u32>(slot);
    if (entry == 0) return budget > 0 ? insert(slot, hash, length, padded) : LEARNING;
    if (load<u32>(entry) != hash || load<u32>(entry, 4) != <u32>length) continue;
    if (isSame(entry + 16, SIGNATURE, padded)) return load<u32>(entry, 8);
  }
  return LEARNING;
}

function insert(slot: usize, hash: u32, length: usize, padded: usize): u32 {
  if (arenaEnd + padded + 32 > ARENA_END) {
    full = true;
    return LEARNING;
  }
  const entry = arenaEnd;
  store<u32>(entry, hash);
  store<u32>(entry, <u32>length, 4);
  store<u32>(entry, LEARNING, 8);
  memory.copy(entry + 16, SIGNATURE, padded);
  arenaEnd = entry + 16 + padded;
  store<u32>(slot, <u32>entry);
  budget--;
  return LEARNING;
}

/** The end of what has been learnt: entries between an earlier and a later call are new. */
export function learnt(): usize {
  return arenaEnd;
}

/** Notes the earliest and the latest time among the lines that pass. */
function noteStamp(): void {
  if (stamp < minimum) {
    minimum = stamp;
    memory.copy(STAMPS, stampAt, 27);
  }
  if (stamp > maximum) {
    maximum = stamp;
    memory.copy(STAMPS + 32, stampAt, 27);
  }
}

function judge(start: usize): u32 {
  seen = 0;
  stampAt = 0;
  const end = readObject(start, KEYS, keyCount);
  if (end == 0 || load<u8>(end) != 10 || stampAt == 0) return ODD;
  const known = lookUp();
  if (known == PASSES) {
    noteStamp();
    consumed = end + 1;
  }
  return known;
}

function endOfLine(p: usize): usize {
  const newline = i8x16.splat(10);
  while (true) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(p), newline));
    if (mask != 0) return p + ctz(mask);
    p += 16;
  }
}

/**
 * Looks at the lines from `start` to `end`, the last of which ends with a newline; 64 readable bytes stand behind it.
 * Writes a record (start, end without newline, code, lines that passed before it) for each line that does not pass
 * and returns how many.
 */
export function scan(start: usize, end: usize): i32 {
  let records = 0;
  let at = start;
  passed = 0;
  minimum = u64.MAX_VALUE;
  maximum = 0;
  while (at < end && records < RECORDS_MAX) {
    const code = judge(at);
    if (code == PASSES) {
      passed++;
      at = consumed;
      continue;
    }
    const newline = endOfLine(at);
    const record = RECORDS + <usize>records * RECORD_BYTES;
    store<u32>(record, <u32>at);
    store<u32>(record, <u32>newline, 4);
    store<u32>(record, code, 8);
    store<u32>(record, <u32>passed, 12);
    records++;
    passed = 0;
    at = newline + 1;
  }
  consumed = at;
  return records;
}
