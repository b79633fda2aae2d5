import type { Event, Line, Reject } from '../event.ts';
import type { DecodeContext, Decoded, Decoder } from './decoder.ts';
import { KubeEvent } from './kube-event.ts';
import { kubeFields } from './kube-fields.ts';
import { createKubeGlance } from './kube-glance.ts';
import { kubeShapeOf } from './kube-shape.ts';
import { list, object } from './narrow.ts';
import { parseJson } from './parse-json.ts';

/** Decodes lines of the kube-apiserver's audit log (audit.k8s.io, any version) and EventList batches. */
export const createKubeAudit = (context: DecodeContext): Decoder => ({
  format: 'kube-audit',
  fields: kubeFields,
  decode: (line, stream) => decode(line, stream, context),
  glance: createKubeGlance(context),
});

const decode = (line: Line, stream: string, context: DecodeContext): Decoded => {
  const parsed = parseJson(line.text);
  if ('reason' in parsed) return [{ line, ...parsed }];
  const doc = object(parsed.doc);
  if (doc === undefined) return [otherKind(line, 'no JSON object')];
  const shape = kubeShapeOf(doc);
  if (shape === undefined) return [otherKind(line, 'neither kind Event nor EventList of audit.k8s.io')];
  if (shape === 'Event') return [new KubeEvent(line, stream, doc, context, line.text)];
  return list(doc['items']).map((item) => decodeItem(line, stream, item, context));
};

const otherKind = (line: Line, detail: string): Reject => ({ line, reason: 'other-kind', detail });

const decodeItem = (line: Line, stream: string, item: unknown, context: DecodeContext): Event | Reject => {
  const doc = object(item);
  if (doc === undefined) return otherKind(line, 'an item of the EventList is no object');
  try {
    return new KubeEvent(line, stream, doc, context, JSON.stringify(item));
  } catch {
    // JSON.parse takes any depth, JSON.stringify does not.
    return otherKind(line, 'an item of the EventList is nested too deeply');
  }
};
