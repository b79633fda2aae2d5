import type { Labels } from '../../event.ts';
import { excerptOfBody, LokiError } from './error.ts';
import type { LokiLine } from './line.ts';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isLabels = (value: unknown): value is Labels =>
  isObject(value) && Object.values(value).every((label) => typeof label === 'string');

const malformed = (what: string): LokiError => new LokiError('malformed', `Loki's answer has ${what}`);

/** Metadata and parsed labels of one line, as the tail gives them, join the labels, as queries give them. */
const labelsWith = (labels: Labels, extra: unknown): Labels => {
  if (extra === undefined) return labels;
  const { structuredMetadata = {}, parsed = {} } = isObject(extra) ? extra : { parsed: undefined };
  if (!isLabels(structuredMetadata) || !isLabels(parsed))
    throw malformed('labels that are no map of strings');
  return { ...labels, ...structuredMetadata, ...parsed };
};

const lineOf = (labels: Labels, value: unknown): LokiLine => {
  if (!Array.isArray(value)) throw malformed('a value that is no array');
  const [ns, text, extra]: readonly unknown[] = value;
  if (typeof ns !== 'string' || !/^\d{1,19}$/.test(ns))
    throw malformed('a time that is no count of nanoseconds');
  if (typeof text !== 'string') throw malformed('a line that is no text');
  return { ns: BigInt(ns), labels: labelsWith(labels, extra), text };
};

const byTime = (a: LokiLine, b: LokiLine): number => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0);

/**
 * The lines of `streams` (a query's `result`, a tail frame's `streams`), in the order of time: Loki sorts within a
 * stream only.
 *
 * Queries must not ask for categorized labels: Loki (3.7.8, `pkg/iter/categorized_labels_iterator.go`) then loses
 * every error that happens while it reads, and answers 200 with the lines it had until then, or none. Without them
 * metadata stands among the labels. The tail must ask for them: live frames have no metadata otherwise.
 */
export const linesOf = (streams: unknown): readonly LokiLine[] => {
  if (!Array.isArray(streams)) throw malformed('no list of streams');
  const lines: LokiLine[] = [];
  for (const stream of streams) {
    if (!isObject(stream)) throw malformed('a stream that is no object');
    const { stream: labels, values } = stream;
    if (!isLabels(labels)) throw malformed('labels that are no map of strings');
    if (!Array.isArray(values)) throw malformed('a stream without values');
    for (const value of values) lines.push(lineOf(labels, value));
  }
  return lines.sort(byTime);
};

/** The `data` of a successful answer with the wanted result type. */
export const dataOf = (body: string, resultType: 'streams' | 'matrix' | 'vector'): Json => {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    throw malformed(`no JSON: ${excerptOfBody(body)}`);
  }
  const data = isObject(answer) ? answer['data'] : undefined;
  if (!isObject(answer) || answer['status'] !== 'success' || !isObject(data)) {
    throw malformed(`no data: ${excerptOfBody(body)}`);
  }
  const type = data['resultType'];
  if (type !== resultType) {
    throw new LokiError('refused', `the query gives ${excerptOfBody(String(type))}, not ${resultType}`);
  }
  return data;
};

/** One point of a metric query: seconds since 1970, and the value. */
export interface Sample {
  readonly labels: Labels;
  readonly second: number;
  readonly value: number;
}

const sampleOf = (labels: Labels, point: unknown): Sample => {
  const [time, text]: readonly unknown[] = Array.isArray(point) ? point : [];
  const value = Number(text);
  if (typeof time !== 'number' || typeof text !== 'string' || Number.isNaN(value)) {
    throw malformed('a sample that is no number');
  }
  return { labels, second: time, value };
};

/** The samples of a metric query: one per series (`vector`) or one per step and series (`matrix`). */
export const samplesOf = (result: unknown): readonly Sample[] => {
  if (!Array.isArray(result)) throw malformed('no list of series');
  return result.flatMap((series: unknown) => {
    if (!isObject(series) || !isLabels(series['metric'])) throw malformed('a series without labels');
    const labels = series['metric'];
    const points = Array.isArray(series['values']) ? series['values'] : [series['value']];
    return points.map((point) => sampleOf(labels, point));
  });
};
