import type { Event, Line } from '../event.ts';
import type { DecodeContext, Glance } from './decoder.ts';
import { KubeEvent } from './kube-event.ts';
import { isRbacWrite } from './kube-fields.ts';
import { kubeShapeOf } from './kube-shape.ts';

const PATHS = [
  'kind',
  'apiVersion',
  'stage',
  'verb',
  'sourceIPs',
  'user.username',
  'user.groups',
  'impersonatedUser.username',
  'impersonatedUser.groups',
  'objectRef.resource',
  'objectRef.apiGroup',
  'objectRef.subresource',
  'objectRef.namespace',
  'responseStatus.code',
] as const;

/** Derived fields that read nothing but `PATHS`. */
const FROM_PATHS: ReadonlySet<string> = new Set([
  'event.actor',
  'event.outcome',
  'k8s.actor',
  'k8s.groups',
  'k8s.impersonated_user',
  'k8s.impersonated_groups',
  'k8s.verb',
  'k8s.resource',
  'k8s.subresource',
  'k8s.namespace',
  'k8s.outcome',
]);

/** These read `sourceIPs`, and the time of the event while some entry of a zone expires. */
const FROM_ADDRESSES: ReadonlySet<string> = new Set(['net.peer', 'net.zones', 'net.forged_for']);

/** These are absent unless the event is an RBAC write, which `PATHS` tell; then they read the bodies. */
const OF_RBAC_WRITES: ReadonlySet<string> = new Set(['rbac.content', 'rbac.wildcard_rule', 'rbac.subjects']);

const NO_LINE: Line = {
  text: '',
  file: '',
  number: 0,
  labels: undefined,
  time: undefined,
  notAfter: undefined,
};

/** What an audit event is known by at a glance: who, from where, what, and how it ended, but neither when nor a body. */
export const createKubeGlance = (context: DecodeContext): Glance => {
  const isTimeless = (): boolean => !context.zones.expires && !context.trustedProxies.expires;
  return {
    paths: PATHS,
    time: 'requestReceivedTimestamp',
    event: (doc) => (kubeShapeOf(doc) === 'Event' ? new KubeEvent(NO_LINE, '', doc, context, '') : undefined),
    knows: (field, event) =>
      FROM_PATHS.has(field) ||
      (FROM_ADDRESSES.has(field) && isTimeless()) ||
      (OF_RBAC_WRITES.has(field) && !isRbacWrite(asKube(event))),
  };
};

const asKube = (event: Event): KubeEvent => event as KubeEvent; // a glance is only asked about its own events
