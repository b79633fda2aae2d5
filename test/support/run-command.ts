import { Readable, Writable } from 'node:stream';
import { runMain } from '../../src/commands/main.ts';
import { createProgram } from '../../src/commands/program.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const collecting = (): { readonly stream: Writable; readonly text: () => string } => {
  const pieces: Buffer[] = [];
  const stream = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(pieces).toString('utf8') };
};

/** Runs one command line in this process, as the executable does. Standard input comes in the pieces given. */
export const runCommand = async (
  args: readonly string[],
  input: string | readonly Buffer[] = '',
): Promise<Ran> => {
  const out = collecting();
  const err = collecting();
  const fake = {
    argv: ['node', 'detector', ...args],
    env: {},
    stdin: Readable.from(typeof input === 'string' ? [Buffer.from(input)] : input),
    stdout: out.stream,
    stderr: err.stream,
    on: () => fake,
    off: () => fake,
    exit: (code: number) => {
      throw new Error(`exit ${code}`);
    },
  };
  // the part of the process that runMain touches
  const code = await runMain(createProgram, fake as unknown as NodeJS.Process);
  return { code, out: out.text(), err: err.text() };
};
