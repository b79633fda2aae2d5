/** Where a mistake stands. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One mistake of a user's file: where, what, and what would be valid. */
export interface Mistake {
  readonly place: Place;
  readonly message: string;
}

export const formatMistake = ({ place, message }: Mistake): string =>
  `${place.file}:${place.line}:${place.column}: ${message}`;

/** Mistakes in rule files: all that were found. Exit code 2. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly mistakes: readonly Mistake[];
  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(formatMistake).join('\n'));
    this.mistakes = mistakes;
  }
}

/** Mistakes in the configuration: all that were found. Exit code 3. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];
  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(formatMistake).join('\n'));
    this.mistakes = mistakes;
  }
}

/** The command line asks for something impossible. Exit code 3. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An input file cannot be read at all. The message names the file and says what to do. Exit code 3. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Standard output cannot be written (a full disk). The message is for people. Exit code 3. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Whoever read standard output has gone (`| head -1`) and wants no more: nothing to report. Exit code 0. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}
