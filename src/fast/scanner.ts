import { SCANNER_WASM } from './scanner-wasm.ts';

/**
 * Looks at lines of JSON without building anything (`scanner/scanner.ts`, WebAssembly). The values of the named keys
 * are a line's signature; what was said about a signature holds for every line that has it.
 */
export interface Scanner {
  /** Looks at whole lines, each ended by a newline, of at most `MOST_BYTES`. New signatures are judged afterwards. */
  scan(lines: Buffer, mayLearn: number): Scan;
  /** Forgets what was said, so that every signature is judged anew. */
  forget(): void;
}

export interface Scan {
  /** Runs of lines in input order; they hold every line. */
  readonly runs: readonly Run[];
  readonly passed: number;
  /** Stamps of lines that passed, the earliest and the latest among them. */
  readonly stamps: readonly string[];
  readonly learnt: number;
}

/** `passed` lines to be passed over, and the line that comes after them, if any. */
export interface Run {
  readonly passed: number;
  readonly start: number;
  /** The newline; the run has no line when it is `start` - 1. */
  readonly end: number;
}

/** What stands in a line, as raw JSON by path (`user.username`); objects that hold named keys are there when `has` them. */
export interface Signature {
  readonly values: ReadonlyMap<string, string>;
  readonly objects: readonly string[];
}

export type Judge = (signature: Signature) => boolean;

// The same numbers as in scanner/scanner.ts.
const KEYS = 0x1000;
const STAMPS = 0x4800;
const RECORDS = 0x10000;
const RECORD_WORDS = 4;
const INPUT = 0x8a0000;
const KEY_BYTES = 64;
const LEAF = 0;
const OBJECT = 1;
const STAMP = 2;
const PASSES = 1;
const NEEDED = 2;
const STAMP_LENGTH = 27;
const MOST_KEY_LENGTH = 32;
const MOST_SLOT = 31;

export const MOST_BYTES = 1024 * 1024;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  configure(keys: number, slots: number): void;
  forget(): void;
  learn(count: number): void;
  learnt(): number;
  scan(start: number, end: number): number;
  readonly passed: { readonly value: number };
  readonly consumed: { readonly value: number };
  readonly full: { readonly value: number };
}

export interface ScannerOptions {
  /** Paths of one or two keys; their values make the signature. */
  readonly paths: readonly string[];
  /** Key of an RFC 3339 stamp with six digits of a second, in UTC; a line without one does not pass. */
  readonly time: string;
  readonly judge: Judge;
}

/** A key of the table: a leaf, the stamp, or an object with keys of its own. */
interface Key {
  readonly name: string;
  readonly kind: number;
  readonly slot: number;
  readonly children: readonly Key[];
}

export const createScanner = ({ paths, time, judge }: ScannerOptions): Scanner => {
  const exports = instantiate();
  const { objects, keys } = plan(paths, time);
  const memory = Buffer.from(exports.memory.buffer);
  const words = new Uint32Array(exports.memory.buffer);
  writeKeys(memory, keys);
  exports.configure(keys.length, paths.length);
  let judged = exports.learnt();

  const judgeNew = (): number => {
    let count = 0;
    const end = exports.learnt();
    while (judged < end) {
      const length = words[judged / 4 + 1] ?? 0;
      const text = memory.toString('latin1', judged + 16, judged + 16 + length);
      const passes = judge(
        readSignature(text, memory.readUInt32LE(judged + 16 + length - 4), { paths, objects }),
      );
      memory.writeUInt32LE(passes ? PASSES : NEEDED, judged + 8);
      judged += 16 + ((length + 7) & ~7);
      count++;
    }
    return count;
  };

  const forget = (): void => {
    exports.forget();
    judged = exports.learnt();
  };

  /** One call of the scanner; it stops early when its records are full. */
  const scanFrom = (at: number, length: number, runs: Run[]): { next: number; passed: number } => {
    const count = exports.scan(INPUT + at, INPUT + length);
    let passed = exports.passed.value;
    for (let index = 0; index < count; index++) {
      const word = RECORDS / 4 + index * RECORD_WORDS;
      const before = words[word + 3] ?? 0;
      passed += before;
      runs.push({ passed: before, start: (words[word] ?? 0) - INPUT, end: (words[word + 1] ?? 0) - INPUT });
    }
    const next = exports.consumed.value - INPUT;
    if (exports.passed.value > 0) runs.push({ passed: exports.passed.value, start: next, end: next - 1 });
    return { next, passed };
  };

  const stampAt = (place: number): string => memory.toString('latin1', place, place + STAMP_LENGTH);

  return {
    forget,
    scan(lines, mayLearn) {
      lines.copy(memory, INPUT);
      memory.fill(0, INPUT + lines.length, INPUT + lines.length + 64);
      exports.learn(mayLearn);
      const runs: Run[] = [];
      const stamps: string[] = [];
      let passed = 0;
      for (let at = 0; at < lines.length; ) {
        const part = scanFrom(at, lines.length, runs);
        if (part.passed > 0) stamps.push(stampAt(STAMPS), stampAt(STAMPS + 32));
        passed += part.passed;
        at = part.next;
      }
      const learnt = judgeNew();
      if (exports.full.value !== 0) forget();
      return { runs, passed, stamps, learnt };
    },
  };
};

interface Plan {
  readonly keys: readonly Key[];
  /** Names of the objects, in the order of their slots, which come after those of the paths. */
  readonly objects: readonly string[];
}

const plan = (paths: readonly string[], time: string): Plan => {
  const leaf = (name: string, path: string): Key => ({
    name,
    kind: LEAF,
    slot: paths.indexOf(path),
    children: [],
  });
  const nested = paths.filter((path) => path.includes('.')).map((path) => path.split('.'));
  const objects = [...new Set(nested.map(([name = '']) => name))];
  const keys = [
    ...paths.filter((path) => !path.includes('.')).map((path) => leaf(path, path)),
    ...objects.map((name, index) => ({
      name,
      kind: OBJECT,
      slot: paths.length + index,
      children: nested.filter(([of]) => of === name).map(([of, key = '']) => leaf(key, `${of}.${key}`)),
    })),
    { name: time, kind: STAMP, slot: paths.length + objects.length, children: [] },
  ];
  return { keys, objects };
};

/** Top-level keys first, so that one number says how many there are. */
const writeKeys = (memory: Buffer, keys: readonly Key[]): void => {
  let next = keys.length;
  const write = (key: Key, index: number): void => {
    if (key.name.length > MOST_KEY_LENGTH || key.slot > MOST_SLOT)
      throw new RangeError(`scanner: ${key.name}`);
    const at = KEYS + index * KEY_BYTES;
    const name = Buffer.alloc(MOST_KEY_LENGTH);
    name.write(key.name, 'latin1');
    for (const [word, value] of [key.kind, key.slot, key.name.length, next, key.children.length].entries())
      memory.writeUInt32LE(value, at + word * 4);
    name.copy(memory, at + 24, 0, 8);
    name.copy(memory, at + 40, 8);
    const first = next;
    next += key.children.length;
    for (const [child, each] of key.children.entries()) write(each, first + child);
  };
  for (const [index, key] of keys.entries()) write(key, index);
};

/** Values end with a NUL, which no valid JSON holds. */
const readSignature = (
  text: string,
  seen: number,
  { paths, objects }: { paths: readonly string[]; objects: readonly string[] },
): Signature => {
  const raw = text.split('\0');
  const has = (slot: number): boolean => ((seen >>> slot) & 1) === 1;
  return {
    values: new Map(paths.flatMap((path, slot) => (has(slot) ? [[path, raw[slot] ?? ''] as const] : []))),
    objects: objects.filter((_, index) => has(paths.length + index)),
  };
};

const instantiate = (): Exports => {
  const module = new WebAssembly.Module(Buffer.from(SCANNER_WASM, 'base64'));
  return new WebAssembly.Instance(module, { env: { abort: outOfOrder } }).exports as Exports; // what scanner.ts exports
};

const outOfOrder = (): never => {
  throw new Error('the scanner stopped');
};

/** Node has it; the types of ES2023 do not. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};
