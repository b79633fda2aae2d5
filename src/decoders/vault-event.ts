import type { Event, Line, Micros, Occurrence, Outcome } from '../event.ts';
import { parseRfc3339 } from '../time.ts';
import type { DecodeContext } from './decoder.ts';
import { type Doc, object, present, text, texts } from './narrow.ts';

/** One audit entry. A class with getters, because most lines need two or three of these values. */
export class VaultEvent implements Event {
  readonly format = 'vault-audit';
  readonly line: Line;
  readonly stream: string;
  readonly doc: Doc;
  readonly context: DecodeContext;
  readonly evaluated = true;
  readonly opens = false;
  readonly namespace = undefined;

  constructor(line: Line, stream: string, doc: Doc, context: DecodeContext) {
    this.line = line;
    this.stream = stream;
    this.doc = doc;
    this.context = context;
  }

  get text(): string {
    return this.line.text;
  }

  get time(): Micros | undefined {
    const stamp = text(this.doc['time']);
    return stamp === undefined ? undefined : parseRfc3339(stamp);
  }

  /** Request and response line share `request.id`; without one, only the line itself tells. */
  get occurrence(): Occurrence {
    const id = text(this.request?.['id']);
    return {
      key: JSON.stringify(id === undefined ? [this.stream, null, this.text] : [this.stream, id]),
      counts: 'first-match',
      order: this.time ?? Number.POSITIVE_INFINITY,
    };
  }

  get type(): 'request' | 'response' {
    return this.doc['type'] === 'request' ? 'request' : 'response';
  }

  get request(): Doc | undefined {
    return object(this.doc['request']);
  }

  get response(): Doc | undefined {
    return object(this.doc['response']);
  }

  get auth(): Doc | undefined {
    return object(this.doc['auth']);
  }

  get responseAuth(): Doc | undefined {
    return object(this.response?.['auth']);
  }

  get operation(): string | undefined {
    return text(this.request?.['operation']);
  }

  get path(): string | undefined {
    return text(this.request?.['path']);
  }

  get actor(): string | undefined {
    return text(this.auth?.['display_name']) ?? text(this.auth?.['entity_id']);
  }

  get peer(): string | undefined {
    return text(this.request?.['remote_address']);
  }

  get zones(): readonly string[] {
    return this.context.zones.of(this.peer, this.time);
  }

  /** The path, behind the Enterprise or OpenBao namespace that it is relative to. */
  get object(): string | undefined {
    const namespace = text(object(this.request?.['namespace'])?.['path']);
    return namespace === undefined || this.path === undefined ? this.path : namespace + this.path;
  }

  get outcome(): Outcome {
    const error = text(this.doc['error']);
    if (error?.includes('permission denied') === true) return 'denied';
    if (error !== undefined) return 'failed';
    if (this.type === 'request') return 'requested';
    // A refused policy write and a refused generate-root start carry their error only in the data.
    const data = object(this.response?.['data']);
    return present(data?.['error']) || present(data?.['errors']) ? 'failed' : 'succeeded';
  }

  get wrapped(): boolean {
    return present(this.response?.['wrap_info']);
  }

  /** Policies of the caller's token. */
  get policies(): readonly string[] {
    return policiesOf(this.auth, ['policies', 'token_policies']);
  }
}

/** The union of the named policy lists of an `auth` object. */
export const policiesOf = (auth: Doc | undefined, names: readonly string[]): readonly string[] =>
  auth === undefined ? [] : [...new Set(names.flatMap((name) => texts(auth[name])))];
