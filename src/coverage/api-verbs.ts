import type { ApiObject } from './api-request.ts';

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;

/** Verbs that the API server knows for a subresource. Streams are a get over WebSocket and a create over SPDY. */
const OF_SUBRESOURCE: Readonly<Record<string, readonly string[]>> = {
  exec: ['get', 'create'],
  attach: ['get', 'create'],
  portforward: ['get', 'create'],
  proxy: ['get', 'create', 'update', 'patch', 'delete'],
  ephemeralcontainers: ['get', 'update', 'patch'],
  log: ['get'],
  binding: ['create'],
  eviction: ['create'],
  token: ['create'],
};
const STATUS_LIKE = ['get', 'update', 'patch'];

export const verbsOf = ({ subresource }: Pick<ApiObject, 'subresource'>): readonly string[] =>
  subresource === '' ? VERBS : (OF_SUBRESOURCE[subresource] ?? STATUS_LIKE);

const STREAMS = new Set(['exec', 'attach', 'portforward']);

/** How a stream is asked for, which is all that its verb says. */
export const transportOf = (verb: string, subresource: string): string | undefined => {
  if (!STREAMS.has(subresource)) return undefined;
  return verb === 'get' ? 'WebSocket' : 'SPDY';
};

/** Requests whose first answer comes while they run; their log line is ResponseStarted. */
export const isLongRunning = (verb: string, subresource: string): boolean =>
  verb === 'watch' || STREAMS.has(subresource) || subresource === 'proxy' || subresource === 'log';

const CLUSTER_SCOPED = new Set([
  'nodes',
  'persistentvolumes',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'storageclasses.storage.k8s.io',
  'certificatesigningrequests.certificates.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'tokenreviews.authentication.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
  'apiservices.apiregistration.k8s.io',
]);
const NAMESPACED = new Set([
  'pods',
  'secrets',
  'configmaps',
  'services',
  'endpoints',
  'events',
  'serviceaccounts',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'leases.coordination.k8s.io',
  'deployments.apps',
]);

export type Scope = 'cluster' | 'namespaced' | 'either';

export const scopeOf = ({ group, resource }: Pick<ApiObject, 'group' | 'resource'>): Scope => {
  const full = group === '' ? resource : `${resource}.${group}`;
  if (CLUSTER_SCOPED.has(full)) return 'cluster';
  return NAMESPACED.has(full) ? 'namespaced' : 'either';
};
