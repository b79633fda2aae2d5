/** Counters of one source, kept up to date while it is read. */
export interface Progress {
  /** Bytes of the file as it is stored; undefined for pipes. */
  size: number | undefined;
  /** Stored bytes read so far (compressed, where the file is). */
  read: number;
  /** Bytes of text delivered so far (decompressed). */
  bytes: number;
  /** Lines of the file, blank ones among them. */
  lines: number;
  blank: number;
  /** Lines with bytes that are no UTF-8; they are delivered with U+FFFD in their place. */
  invalidUtf8: number;
  /** Lines that hold a NUL byte; they are delivered as they are. */
  withNul: number;
}

export const createProgress = (): Progress => ({
  size: undefined,
  read: 0,
  bytes: 0,
  lines: 0,
  blank: 0,
  invalidUtf8: 0,
  withNul: 0,
});
