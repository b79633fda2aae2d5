import type { Event, Format, Labels, Line, Reject } from '../event.ts';
import { type Decoded, type Decoder, isReject } from './decoder.ts';
import { detectFormat } from './detect.ts';
import { excerpt } from './excerpt.ts';

export interface Stream {
  readonly name: string;
  readonly format: Format;
}

export interface RouterOptions {
  readonly decoders: ReadonlyMap<Format, Decoder>;
  /** `--format`: every line is of this sort. */
  readonly format: Format | undefined;
  /** The configured source whose selector takes these labels. */
  readonly streamOf: (labels: Labels) => Stream | undefined;
  /** What lines of a format are called when no labels name their stream. */
  readonly nameOf: (format: Format) => string;
}

/**
 * Gives each line to its decoder: labels decide when a configured source takes them, else the content, where a file
 * is expected to go on as it began. Text before the first line that tells its format waits for that line.
 */
export interface Router {
  /** `stream`: where the line comes from, when that is known (live sources). */
  route(line: Line, stream?: Stream): Decoded;
  /** The format of the lines of `file` so far; undefined when nothing tells it yet. */
  expected(file: string): Format | undefined;
  /** Lines of `file` that did not have to be decoded are of this format. Only when it was expected. */
  passOver(file: string, format: Format): void;
  /** The input is over: what still waits is rejected. */
  end(): Decoded;
}

/** What is known of a file so far. Files come merged by time, so several are open at once. */
interface FileState {
  readonly file: string;
  format: Format | undefined;
  readonly waiting: Line[];
}

/** Lines of unknown format that wait at the start of a file. */
const MOST_WAITING = 1_000;

export const createRouter = ({ decoders, format, streamOf, nameOf }: RouterOptions): Router => {
  const files = new Map<string, FileState>();
  let last: FileState | undefined;

  const decodeAs = (line: Line, stream: Stream): Decoded =>
    decoders.get(stream.format)?.decode(line, stream.name) ?? [unknown(line)];

  const stateOf = (file: string): FileState => {
    if (last?.file === file) return last;
    last = files.get(file) ?? { file, format: undefined, waiting: [] };
    files.set(file, last);
    return last;
  };

  const decodeKnown = (line: Line, state: FileState, known: Format): Decoded => {
    state.format = known;
    const stream = { name: nameOf(known), format: known };
    const waited = state.waiting.splice(0);
    if (waited.length === 0) return decodeAs(line, stream);
    return [...waited, line].flatMap((each) => decodeAs(each, stream));
  };

  const byContent = (line: Line): Decoded => {
    const state = stateOf(line.file);
    const known = state.format;
    if (known === 'kube-audit' || known === 'vault-audit') {
      const decoded = decodeAs(line, { name: nameOf(known), format: known });
      if (!decoded.some(isMisfit)) return decoded;
    }
    const detected = detectFormat(line.text) ?? known;
    return detected === undefined ? wait(line, state) : decodeKnown(line, state, detected);
  };

  return {
    route(line, known) {
      if (known !== undefined) return decodeAs(line, known);
      if (format !== undefined) return decodeAs(line, { name: nameOf(format), format });
      const stream = line.labels === undefined ? undefined : streamOf(line.labels);
      return stream === undefined ? byContent(line) : decodeAs(line, stream);
    },
    expected(file) {
      const state = files.get(file);
      return format ?? (state?.waiting.length === 0 ? state.format : undefined);
    },
    passOver(file, passed) {
      if (format === undefined) stateOf(file).format = passed;
    },
    end: () => [...files.values()].flatMap(giveUp),
  };
};

const giveUp = ({ waiting }: FileState): Decoded => waiting.splice(0).map(unknown);

const wait = (line: Line, state: FileState): Decoded => {
  if (state.waiting.length >= MOST_WAITING || isJson(line)) return [...giveUp(state), unknown(line)];
  state.waiting.push(line);
  return [];
};

const isJson = ({ text }: Line): boolean => text.trimStart().startsWith('{');

/** Rejected in a way that another decoder might not. */
const isMisfit = (decoded: Event | Reject): boolean =>
  isReject(decoded) && (decoded.reason === 'other-kind' || decoded.reason === 'not-json');

const unknown = (line: Line): Reject => ({
  line,
  reason: 'unknown-format',
  detail: `no known log format begins like this: ${excerpt(line.text)}`,
});
