import type { FileHandle } from 'node:fs/promises';
import type { Line, Micros } from '../../event.ts';
import type { Peekable } from '../bytes/chunks.ts';
import type { Skim } from '../source.ts';
import type { LineOrigin } from './lines.ts';

/** Time of a raw line, where it can be told without decoding it. */
export type TimeOf = (line: Line) => Micros | undefined;

/** The text of one input, decompressed and not yet cut into lines. */
export interface Text {
  readonly chunks: Peekable;
  /** Bytes before the first line (a byte order mark). */
  readonly skip: number;
  /** The file, when its bytes are the text: then it can be read from its end. */
  readonly handle: FileHandle | undefined;
  readonly origin: LineOrigin;
  readonly chunkBytes: number;
  readonly timeOf: TimeOf | undefined;
  /** Leaves out lines that need not be read, where the text is read in its own order. */
  readonly skim: Skim | undefined;
}
