import type { FileHandle } from 'node:fs/promises';
import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { from, type Observable } from 'rxjs';
import { z } from 'zod';
import type { LiveEvent, LiveSource } from './live.ts';
import { createProgress } from './progress.ts';
import { createUnwrap } from './records/record.ts';
import { type Item, isRejected } from './source.ts';
import { createLineCutter, DEFAULT_MAX_LINE_BYTES } from './text/lines.ts';

/** Where in which file reading goes on. A rotated file keeps its inode under another name. */
interface Position {
  readonly inode: string;
  readonly offset: number;
  /** Lines before the offset, so that numbers are those of the file. */
  readonly lines: number;
}

const START: Position = { inode: '', offset: 0, lines: 0 };

export interface FollowFileOptions {
  readonly name: string;
  readonly path: string;
  readonly pollMs?: number;
  readonly chunkBytes?: number;
}

const POLL_MS = 500;
const CHUNK_BYTES = 256 * 1024;

/**
 * Follows a file as `tail -F` does: through rotation by rename (the old file is read to its end first, also when that
 * happened while nobody was reading) and by truncation. Without a cursor it begins at the start of the file.
 */
export const followFile = (options: FollowFileOptions): LiveSource => ({
  name: options.name,
  follow: (cursor, stop): Observable<LiveEvent> => from(followed(options, readCursor(cursor), stop)),
});

async function* followed(
  options: FollowFileOptions,
  start: Position | undefined,
  stop: AbortSignal,
): AsyncGenerator<LiveEvent> {
  let position = start;
  let failures = 0;
  while (!stop.aborted) {
    const found = await pathOf(options.path, position);
    try {
      for await (const step of readOn({ ...options, found }, position, stop)) {
        position = step.position;
        if (failures > 0) yield { type: 'recovered', part: 'file', afterMs: 0 };
        failures = 0;
        yield* step.events;
      }
    } catch (error) {
      failures++;
      const retryInMs = Math.min(30_000, POLL_MS * 2 ** Math.min(failures, 6));
      const reason = error instanceof Error ? error.message : String(error);
      yield { type: 'trouble', part: 'file', reason, failures, retryInMs };
      await pause(retryInMs, stop);
    }
  }
}

interface Step {
  readonly position: Position;
  readonly events: readonly LiveEvent[];
}

/** Reads one file from the position to its end, and on, until it has been rotated away. */
async function* readOn(
  options: FollowFileOptions & { readonly found: string },
  start: Position | undefined,
  stop: AbortSignal,
): AsyncGenerator<Step> {
  const handle = await open(options.found);
  try {
    const { ino, size } = await handle.stat({ bigint: true });
    const inode = String(ino);
    const goesOn = start !== undefined && start.inode === inode && start.offset <= Number(size);
    const cutter = cutterOf(options.path, { ...(goesOn ? start : START), inode });
    const buffer = Buffer.allocUnsafe(options.chunkBytes ?? CHUNK_BYTES);
    while (!stop.aborted) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, cutter.readTo);
      if (bytesRead > 0) {
        yield stepOf(cutter, cutter.cut(Buffer.from(buffer.subarray(0, bytesRead))));
        continue;
      }
      if (await hasMovedOn(options.path, handle, { inode, offset: cutter.readTo })) {
        // Whoever rotated has stopped writing: the last line is whole even without its newline.
        yield { position: START, events: eventsOf(cutter.end(), START) };
        return;
      }
      await pause(options.pollMs ?? POLL_MS, stop);
    }
  } finally {
    await handle.close();
  }
}

/** A line that has begun and not ended is read again after a restart: the position stays before it. */
const stepOf = (cutter: Cutter, items: readonly Item[]): Step => ({
  position: cutter.position,
  events: eventsOf(items, cutter.position),
});

const eventsOf = (items: readonly Item[], checkpoint: Position): readonly LiveEvent[] => [
  ...(items.length === 0 ? [] : [{ type: 'lines', origin: 'live', items } as const]),
  { type: 'checkpoint', cursor: JSON.stringify(checkpoint), proven: [] },
];

interface Cutter {
  cut(chunk: Buffer): readonly Item[];
  end(): readonly Item[];
  /** Bytes read, the line that has not ended included. */
  readonly readTo: number;
  /** Behind the last line that has ended. */
  readonly position: Position;
}

const cutterOf = (file: string, start: Position): Cutter => {
  const progress = createProgress();
  const cutter = createLineCutter({
    file,
    // Stamps without a year are dated by the time of reading.
    get notAfter() {
      return Date.now() * 1000;
    },
    maxLineBytes: DEFAULT_MAX_LINE_BYTES,
    progress,
  });
  const unwrap = createUnwrap();
  const placed = (item: Item): Item => {
    if (isRejected(item)) return { ...item, line: { ...item.line, number: item.line.number + start.lines } };
    return unwrap({ ...item, number: item.number + start.lines });
  };
  let readTo = start.offset;
  let open = 0;
  return {
    cut(chunk) {
      const newline = chunk.lastIndexOf(NEWLINE);
      open = newline < 0 ? open + chunk.length : chunk.length - newline - 1;
      readTo += chunk.length;
      return cutter.cut(chunk).map(placed);
    },
    end: () => cutter.end().map(placed),
    get readTo() {
      return readTo;
    },
    get position() {
      return { inode: start.inode, offset: readTo - open, lines: start.lines + cutter.number - 1 };
    },
  };
};

const NEWLINE = 10;

/** True when the file was truncated, or renamed and replaced, and has been read to its end. */
const hasMovedOn = async (
  path: string,
  handle: FileHandle,
  { inode, offset }: Pick<Position, 'inode' | 'offset'>,
): Promise<boolean> => {
  const { size } = await handle.stat();
  if (size !== offset) return size < offset;
  const now = await stat(path, { bigint: true }).catch(() => undefined);
  // Between the rename and the new file there is none: the old one may still be written to.
  return now !== undefined && String(now.ino) !== inode;
};

/** The file that the position is in: the path itself, or a rotated one beside it that has not been read to its end. */
const pathOf = async (path: string, position: Position | undefined): Promise<string> => {
  if (position === undefined || position.inode === '') return path;
  const current = await stat(path, { bigint: true }).catch(() => undefined);
  if (current !== undefined && String(current.ino) === position.inode) return path;
  const folder = dirname(path);
  for (const name of await readdir(folder).catch(() => [])) {
    const other = join(folder, name);
    const found = await stat(other, { bigint: true }).catch(() => undefined);
    if (found?.isFile() === true && String(found.ino) === position.inode) return other;
  }
  return path;
};

const positionSchema = z.object({ inode: z.string(), offset: z.number(), lines: z.number() });

const readCursor = (cursor: string | undefined): Position | undefined => {
  if (cursor === undefined) return undefined;
  const parsed: unknown = JSON.parse(cursor);
  const position = positionSchema.safeParse(parsed);
  return position.success ? position.data : undefined;
};

const pause = async (ms: number, stop: AbortSignal): Promise<void> => {
  await wait(ms, undefined, { signal: stop }).catch(() => undefined);
};
