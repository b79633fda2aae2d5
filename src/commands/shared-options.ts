import type { Option } from 'commander';
import type { Format, Micros } from '../event.ts';
import type { Io } from './io.ts';

/** What commands take from the program that they join. */
export interface Shared {
  readonly io: Io;
  readonly done: (code: number) => void;
  readonly formats: readonly Format[];
  readonly configOption: () => Option;
  readonly rulesOption: () => Option;
  /** Reads a time; throws what commander tells the user. */
  readonly timeArgument: (given: string) => Micros;
}
