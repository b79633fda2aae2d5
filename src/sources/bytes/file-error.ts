import { InputError } from '../../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: check the path',
  ENOTDIR: 'there is no such file: a part of the path is no directory',
  EACCES: 'permission denied: run as a user who may read it',
  EPERM: 'permission denied: run as a user who may read it',
  EISDIR: 'this is a directory: name the log files in it',
  ELOOP: 'the symbolic link leads back to itself: name the file it should lead to',
  ENAMETOOLONG: 'the path is too long: check it',
  EMFILE: 'too many files are open: give fewer files at once or raise the limit (`ulimit -n`)',
  ENFILE: 'too many files are open on this machine: give fewer files at once',
  EIO: 'the disk or the network failed while it was read: copy the file and try again',
  ENXIO: 'this is a socket or a device without a reader: give a file or pipe it in (`-`)',
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** An error of the operating system, not a mistake of ours. */
export const isSystemError = (error: unknown): boolean =>
  error instanceof Error && 'errno' in error && codeOf(error) !== undefined;

/** Why `name` cannot be read, in a sentence that says what to do. */
export const inputError = (name: string, error: unknown): InputError => {
  const code = codeOf(error) ?? '';
  const reason = REASONS[code] ?? `it cannot be read (${code || String(error)}): check the file`;
  return new InputError(`${name}: ${reason}`, { cause: error });
};
