import type { Readable, Writable } from 'node:stream';
import type { Env } from '../config/env.ts';

/** What a command may touch of the process: given by `cli.ts`, or by a test. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Env;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970; for relative times on the command line. */
  readonly now: () => number;
}

export const EXIT = { ok: 0, findings: 1, badRules: 2, badInput: 3, interrupted: 130 } as const;
