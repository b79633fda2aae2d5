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
 * Gives each line to its decoder: labels decide when a configured source takes them, else the content,
 * where a file is expected to go on as it began.
 */
export type Router = (line: Line) => Decoded;

export const createRouter = ({ decoders, format, streamOf, nameOf }: RouterOptions): Router => {
  let file: string | undefined;
  let current: Format | undefined;

  const decodeAs = (line: Line, stream: Stream): Decoded => {
    const decoder = decoders.get(stream.format);
    return decoder === undefined ? [unknown(line)] : decoder.decode(line, stream.name);
  };

  const byContent = (line: Line): Decoded => {
    if (file !== line.file) {
      file = line.file;
      current = undefined;
    }
    if (current === 'kube-audit' || current === 'vault-audit') {
      const decoded = decodeAs(line, { name: nameOf(current), format: current });
      if (!decoded.some(isMisfit)) return decoded;
    }
    const detected = detectFormat(line.text) ?? current;
    if (detected === undefined) return [unknown(line)];
    current = detected;
    return decodeAs(line, { name: nameOf(detected), format: detected });
  };

  return (line) => {
    if (format !== undefined) return decodeAs(line, { name: nameOf(format), format });
    const stream = line.labels === undefined ? undefined : streamOf(line.labels);
    return stream === undefined ? byContent(line) : decodeAs(line, stream);
  };
};

/** Rejected in a way that another decoder might not. */
const isMisfit = (decoded: Event | Reject): boolean =>
  isReject(decoded) && (decoded.reason === 'other-kind' || decoded.reason === 'not-json');

const unknown = (line: Line): Reject => ({
  line,
  reason: 'unknown-format',
  detail: `no known log format begins like this: ${excerpt(line.text)}`,
});
