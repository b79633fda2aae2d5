import type { Event } from '../event.ts';
import type { DerivedField } from './decoder.ts';
import type { KubeEvent } from './kube-event.ts';
import { nodeProxyPath } from './kube-uri.ts';
import { list, object, text, texts } from './narrow.ts';
import { type RbacWrite, readRbacWrite } from './rbac.ts';

const field = (
  type: DerivedField['type'],
  about: string,
  read: (event: KubeEvent) => unknown,
): DerivedField => ({
  type,
  about,
  read: (event: Event) => read(event as KubeEvent), // a decoder's fields are only called with its own events
});

export const kubeFields: Readonly<Record<string, DerivedField>> = {
  'event.time': field('number', 'requestReceivedTimestamp in microseconds since 1970', (e) => e.time),
  'event.actor': field('string', 'who did it: user.username, the real caller', (e) => e.actor),
  'event.object': field('string', 'what was touched, for people', (e) => e.object),
  'event.outcome': field(
    'string',
    'succeeded (code < 400), denied (403), failed or unknown',
    (e) => e.outcome,
  ),
  'net.peer': field('string', 'last element of sourceIPs, after trusted proxies', (e) => e.peer),
  'net.zones': field('list', 'names of the zones that hold the peer', (e) => e.zones),
  'net.forged_for': field(
    'string',
    'an earlier element of sourceIPs that is in a zone while the peer is in none: a forged X-Forwarded-For',
    forgedFor,
  ),
  'k8s.actor': field('string', 'user.username, the real caller', (e) => e.actor),
  'k8s.groups': field('list', 'user.groups', (e) => texts(object(e.doc['user'])?.['groups'])),
  'k8s.impersonated_user': field('string', 'impersonatedUser.username', (e) =>
    text(object(e.doc['impersonatedUser'])?.['username']),
  ),
  'k8s.impersonated_groups': field('list', 'impersonatedUser.groups', (e) =>
    texts(object(e.doc['impersonatedUser'])?.['groups']),
  ),
  'k8s.verb': field('string', 'verb; HEAD is get', (e) => e.verb),
  'k8s.resource': field(
    'string',
    'objectRef.resource, with `.group` behind it unless it is of the core group',
    (e) => e.resource,
  ),
  'k8s.subresource': field('string', 'objectRef.subresource', (e) => e.subresource),
  'k8s.namespace': field('string', 'objectRef.namespace', (e) => e.namespace),
  'k8s.name': field('string', 'objectRef.name, else the name in responseObject', (e) => e.name),
  'k8s.object': field('string', 'resource, subresource, namespace and name in one', (e) => e.object),
  'k8s.outcome': field('string', 'succeeded (code < 400), denied (403), failed or unknown', (e) => e.outcome),
  'k8s.dry_run': field('boolean', 'dryRun=All in the query, or in the body of a delete', (e) => e.dryRun),
  'k8s.proxy_path': field(
    'string',
    'the path that a nodes/proxy request asks the kubelet for, decoded and resolved; absent when it cannot be told',
    (e) => nodeProxyPath(text(e.doc['requestURI']) ?? ''),
  ),
  'rbac.content': field(
    'string',
    'what the log holds of an RBAC write: result, request, partial or none',
    (e) => rbac(e)?.content,
  ),
  'rbac.wildcard_rule': field(
    'boolean',
    'one entry of rules has * in verbs and in resources; absent when the log holds no body',
    (e) => known(rbac(e))?.wildcardRule,
  ),
  'rbac.subjects': field(
    'list',
    'names of the subjects of a binding; absent when the log holds no body',
    (e) => known(rbac(e))?.subjects,
  ),
};

function forgedFor(event: KubeEvent): string | undefined {
  if (event.zones.length > 0) return undefined;
  const earlier = list(event.doc['sourceIPs']).slice(0, Math.max(event.peerIndex, 0)).map(text);
  return earlier.find((address) => event.context.zones.of(address, event.time).length > 0);
}

const RBAC = '.rbac.authorization.k8s.io';
const WRITES: ReadonlySet<string | undefined> = new Set(['create', 'update', 'patch']);

export function isRbacWrite({ resource, verb }: KubeEvent): boolean {
  return resource?.endsWith(RBAC) === true && WRITES.has(verb);
}

function rbac(event: KubeEvent): RbacWrite | undefined {
  if (!isRbacWrite(event)) return undefined;
  return readRbacWrite((event.resource ?? '').slice(0, -RBAC.length), event.doc);
}

const known = (write: RbacWrite | undefined): RbacWrite | undefined =>
  write?.content === 'none' ? undefined : write;
