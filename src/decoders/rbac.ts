import { type Doc, list, object, text, texts } from './narrow.ts';

/**
 * What is known of the content of an RBAC object after a write.
 * `result`: the object that the server answered with. `request`: the body that the client sent.
 * `partial`: a JSON patch that changes something inside a rule or a subject, so that the rest of the entry is unknown.
 * `none`: the log holds no body (audit level Metadata, `audit.k8s.io/truncated`).
 */
export type RbacContent = 'result' | 'request' | 'partial' | 'none';

export interface RbacWrite {
  readonly content: RbacContent;
  /** One entry of `rules` with `*` in verbs and in resources. */
  readonly wildcardRule: boolean;
  /** Names of the subjects, whatever their kind. */
  readonly subjects: readonly string[];
}

const KINDS: Readonly<Record<string, string>> = {
  roles: 'Role',
  clusterroles: 'ClusterRole',
  rolebindings: 'RoleBinding',
  clusterrolebindings: 'ClusterRoleBinding',
};

/** Reads the result of a write of `resource`, else its request body. */
export const readRbacWrite = (resource: string, doc: Doc): RbacWrite => {
  const result = object(doc['responseObject']);
  // Other kinds (Table, PartialObjectMetadata, Status) are the client's choice by its Accept header.
  if (result !== undefined && result['kind'] === KINDS[resource]) return write('result', [result]);
  const body = doc['requestObject'];
  if (Array.isArray(body)) return readJsonPatch(body);
  const sent = object(body);
  return sent === undefined ? write('none', []) : write('request', [sent]);
};

const write = (content: RbacContent, parts: readonly Doc[]): RbacWrite => ({
  content,
  wildcardRule: parts.some((part) => list(part['rules']).some(isWildcardRule)),
  subjects: parts.flatMap((part) => list(part['subjects']).flatMap(subjectName)),
});

const isWildcardRule = (entry: unknown): boolean => {
  const rule = object(entry);
  return rule !== undefined && texts(rule['verbs']).includes('*') && texts(rule['resources']).includes('*');
};

const subjectName = (entry: unknown): readonly string[] => {
  const name = text(object(entry)?.['name']);
  return name === undefined ? [] : [name];
};

const readJsonPatch = (operations: readonly unknown[]): RbacWrite => {
  const parts: Doc[] = [];
  let partial = false;
  for (const entry of operations) {
    const operation = object(entry);
    const path = pointer(operation?.['path']);
    partial ||= isInsideEntry(path) || isInsideEntry(pointer(operation?.['from']));
    const part = operation === undefined ? undefined : patchedPart(path, operation['value']);
    if (part !== undefined) parts.push(part);
  }
  return write(partial ? 'partial' : 'request', parts);
};

/** Segments of a JSON pointer; undefined when it is none. */
const pointer = (value: unknown): readonly string[] | undefined => {
  if (typeof value !== 'string') return undefined;
  return value
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
};

const isInsideEntry = (path: readonly string[] | undefined): boolean =>
  path !== undefined && path.length > 2 && (path[0] === 'rules' || path[0] === 'subjects');

/** The value of an operation as a part of the object: the whole, one list, or one entry of it. */
const patchedPart = (path: readonly string[] | undefined, value: unknown): Doc | undefined => {
  if (path === undefined) return undefined;
  const [head] = path;
  if (head === undefined) return object(value);
  if (head !== 'rules' && head !== 'subjects') return undefined;
  if (path.length === 1) return { [head]: value };
  return path.length === 2 ? { [head]: [value] } : undefined;
};
