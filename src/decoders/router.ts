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
  route(line: Line): Decoded;
  /** The input is over: what still waits is rejected. */
  end(): Decoded;
}

/** Lines of unknown format that wait at the start of a file. */
const MOST_WAITING = 1_000;

export const createRouter = ({ decoders, format, streamOf, nameOf }: RouterOptions): Router => {
  let file: string | undefined;
  let current: Format | undefined;
  let waiting: Line[] = [];

  const decodeAs = (line: Line, stream: Stream): Decoded =>
    decoders.get(stream.format)?.decode(line, stream.name) ?? [unknown(line)];

  const giveUp = (): Decoded => waiting.splice(0).map(unknown);

  const wait = (line: Line): Decoded => {
    if (waiting.length >= MOST_WAITING || isJson(line)) return [...giveUp(), unknown(line)];
    waiting.push(line);
    return [];
  };

  const decodeKnown = (line: Line, known: Format): Decoded => {
    current = known;
    const stream = { name: nameOf(known), format: known };
    if (waiting.length === 0) return decodeAs(line, stream);
    const lines = [...waiting, line];
    waiting = [];
    return lines.flatMap((each) => decodeAs(each, stream));
  };

  const byContent = (line: Line): Decoded => {
    if (file !== line.file) {
      const left = giveUp();
      file = line.file;
      current = undefined;
      if (left.length > 0) return [...left, ...byContent(line)];
    }
    if (current === 'kube-audit' || current === 'vault-audit') {
      const decoded = decodeAs(line, { name: nameOf(current), format: current });
      if (!decoded.some(isMisfit)) return decoded;
    }
    const detected = detectFormat(line.text) ?? current;
    return detected === undefined ? wait(line) : decodeKnown(line, detected);
  };

  return {
    route(line) {
      if (format !== undefined) return decodeAs(line, { name: nameOf(format), format });
      const stream = line.labels === undefined ? undefined : streamOf(line.labels);
      return stream === undefined ? byContent(line) : decodeAs(line, stream);
    },
    end: giveUp,
  };
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
