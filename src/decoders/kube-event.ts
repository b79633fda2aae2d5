import type { Event, Line, Micros, Occurrence, Outcome } from '../event.ts';
import { parseRfc3339 } from '../time.ts';
import type { DecodeContext } from './decoder.ts';
import { asksDryRun, pathOf } from './kube-uri.ts';
import { type Doc, list, object, text } from './narrow.ts';

/**
 * One audit event. A class with getters, because most lines need two or three of these values
 * and reading them all would cost more than the rules do.
 */
export class KubeEvent implements Event {
  readonly format = 'kube-audit';
  readonly line: Line;
  readonly stream: string;
  readonly doc: Doc;
  readonly context: DecodeContext;
  readonly text: string;

  constructor(line: Line, stream: string, doc: Doc, context: DecodeContext, source: string) {
    this.line = line;
    this.stream = stream;
    this.doc = doc;
    this.context = context;
    this.text = source;
  }

  #time: Micros | undefined | null = null;

  get time(): Micros | undefined {
    // Events before v1 call it `timestamp`.
    if (this.#time === null)
      this.#time = micros(this.doc['requestReceivedTimestamp'] ?? this.doc['timestamp']);
    return this.#time;
  }

  /** RequestReceived carries no responseStatus; a 401 has no authenticated user and meets no rule. */
  get evaluated(): boolean {
    const status = object(this.doc['responseStatus']);
    return status !== undefined && status['code'] !== 401 && this.doc['stage'] !== 'RequestReceived';
  }

  /** A long-running request: its ResponseComplete line comes when the session ends, hours later. */
  get opens(): boolean {
    return this.doc['stage'] === 'ResponseStarted' && this.evaluated;
  }

  /** `auditID` alone is chosen by the client, so it does not tell requests apart. */
  get occurrence(): Occurrence {
    const { auditID, requestReceivedTimestamp, verb, requestURI } = this.doc;
    const parts = [auditID, requestReceivedTimestamp, verb, requestURI, this.actor].map(text);
    return {
      key: JSON.stringify([this.stream, ...parts]),
      counts: 'first-line',
      order: micros(this.doc['stageTimestamp']) ?? Number.POSITIVE_INFINITY,
    };
  }

  get actor(): string | undefined {
    return text(object(this.doc['user'])?.['username']);
  }

  /** The last element is the TCP peer; all before it are the client's own words (X-Forwarded-For). */
  get peer(): string | undefined {
    const at = this.peerIndex;
    return at < 0 ? undefined : text(list(this.doc['sourceIPs'])[at]);
  }

  get peerIndex(): number {
    const addresses = list(this.doc['sourceIPs']);
    let at = addresses.length - 1;
    const { trustedProxies } = this.context;
    if (trustedProxies.names.length === 0) return at;
    while (at > 0 && trustedProxies.of(text(addresses[at]), this.time).length > 0) at--;
    return at;
  }

  get zones(): readonly string[] {
    return this.context.zones.of(this.peer, this.time);
  }

  get verb(): string | undefined {
    const verb = text(this.doc['verb']);
    return verb === 'head' || verb === 'HEAD' ? 'get' : verb;
  }

  get reference(): Doc | undefined {
    return object(this.doc['objectRef']);
  }

  /** `pods` for the core group, `roles.rbac.authorization.k8s.io` otherwise. */
  get resource(): string | undefined {
    const reference = this.reference;
    const resource = text(reference?.['resource']);
    const group = text(reference?.['apiGroup']);
    return resource === undefined || group === undefined ? resource : `${resource}.${group}`;
  }

  get subresource(): string | undefined {
    return text(this.reference?.['subresource']);
  }

  get namespace(): string | undefined {
    return text(this.reference?.['namespace']);
  }

  /** With `generateName` only the answer knows the name. */
  get name(): string | undefined {
    return (
      text(this.reference?.['name']) ??
      text(object(object(this.doc['responseObject'])?.['metadata'])?.['name'])
    );
  }

  get object(): string | undefined {
    const { resource, subresource, namespace, name } = this;
    if (resource === undefined) return pathOf(text(this.doc['requestURI']) ?? '') || undefined;
    const kind = subresource === undefined ? resource : `${resource}/${subresource}`;
    const place = [namespace, name].filter((part) => part !== undefined).join('/');
    return place === '' ? kind : `${kind} ${place}`;
  }

  get outcome(): Outcome {
    const code = object(this.doc['responseStatus'])?.['code'];
    if (typeof code !== 'number') return 'unknown';
    if (code === 403) return 'denied';
    return code < 400 ? 'succeeded' : 'failed';
  }

  get dryRun(): boolean {
    if (asksDryRun(text(this.doc['requestURI']) ?? '')) return true;
    const verb = this.verb;
    // `kubectl delete --dry-run=server` says so only in its body, which level RequestResponse logs.
    return (
      (verb === 'delete' || verb === 'deletecollection') &&
      list(object(this.doc['requestObject'])?.['dryRun']).includes('All')
    );
  }
}

const micros = (value: unknown): Micros | undefined => {
  const stamp = text(value);
  return stamp === undefined ? undefined : parseRfc3339(stamp);
};
