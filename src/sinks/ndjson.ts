import { findingJson } from './finding-json.ts';
import type { ReplaySink, Write } from './replay-sink.ts';

/** One finding a line, for programs. */
export const createNdjson = (write: Write): ReplaySink => ({
  tell: (told) => write(`${findingJson(told, undefined)}\n`),
  end: () => {},
});
