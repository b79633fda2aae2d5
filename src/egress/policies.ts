import type { Allowed } from './allow.ts';

/** A Kubernetes object, ready to be written as YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: 'NetworkPolicy';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

/** NTP and DNS: what every namespace needs, so that it stands in a policy of its own. */
export const isBaseline = ({ port, proto }: Allowed): boolean =>
  (port === 53 && (proto === 'UDP' || proto === 'TCP')) || (port === 123 && proto === 'UDP');

const PORTED: ReadonlySet<string> = new Set(['TCP', 'UDP', 'SCTP']);

/** `networking.k8s.io/v1` has no word for protocols without ports: those stay out of it, and are returned apart. */
export const networkPolicy = (
  namespace: string,
  name: string,
  allowed: readonly Allowed[],
): { readonly manifest: Manifest; readonly leftOut: readonly Allowed[] } => {
  const can = (each: Allowed): boolean => PORTED.has(each.proto) && each.port !== undefined;
  const egress = allowed.filter(can).map(({ to, port, proto }) => ({
    to: [
      'cidr' in to
        ? { ipBlock: { cidr: to.cidr } }
        : { namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: to.namespace } } },
    ],
    ports: [{ protocol: proto, port }],
  }));
  return {
    manifest: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace },
      spec: { podSelector: {}, policyTypes: ['Egress'], egress },
    },
    leftOut: allowed.filter((each) => !can(each)),
  };
};

/**
 * The same for Calico, in two steps: `observe` logs what the list does not hold and lets it pass; `enforce` logs and
 * refuses it. A Log rule goes on to the next rule.
 */
export const calicoPolicy = (
  namespace: string,
  step: 'observe' | 'enforce',
  allowed: readonly Allowed[],
): Manifest => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'NetworkPolicy',
  metadata: { name: step === 'observe' ? 'egress-observe' : 'egress-deny', namespace },
  spec: {
    order: 1000,
    selector: 'all()',
    types: ['Egress'],
    egress: [
      ...allowed.map(({ to, port, proto }) => ({
        action: 'Allow',
        protocol: /^\d{1,3}$/.test(proto) ? Number(proto) : proto,
        destination: {
          ...('cidr' in to
            ? { nets: [to.cidr] }
            : { namespaceSelector: `${NAMESPACE_LABEL} == '${to.namespace}'` }),
          ...(PORTED.has(proto) && port !== undefined ? { ports: [port] } : {}),
        },
      })),
      { action: 'Log' },
      { action: step === 'observe' ? 'Allow' : 'Deny' },
    ],
  },
});
