import { list, object, text } from '../decoders/narrow.ts';
import { parseAddress } from '../network/address.ts';
import { holds, parseNetwork } from '../network/network.ts';
import type { Manifest } from './policies.ts';

/** A connection as a policy sees it. */
export interface Attempt {
  readonly dst: string;
  /** Namespace of the pod behind the address. */
  readonly namespace: string | undefined;
  readonly port: number | undefined;
  readonly proto: string;
}

/**
 * What a policy makes of a connection, by the semantics of Kubernetes and of Calico. Reads only what `policies.ts`
 * writes: whatever else a policy holds admits nothing here.
 */
export const verdictOf = (manifest: Manifest, attempt: Attempt): 'allow' | 'deny' =>
  manifest.apiVersion === 'projectcalico.org/v3' ? calico(manifest, attempt) : kubernetes(manifest, attempt);

const kubernetes = ({ spec }: Manifest, attempt: Attempt): 'allow' | 'deny' =>
  list(spec['egress']).some((rule) => {
    const { to, ports } = object(rule) ?? {};
    return (
      list(to).some((peer) => isPeer(peer, attempt)) && list(ports).some((port) => isPort(port, attempt))
    );
  })
    ? 'allow'
    : 'deny';

const isPeer = (peer: unknown, attempt: Attempt): boolean => {
  const cidr = text(object(object(peer)?.['ipBlock'])?.['cidr']);
  if (cidr !== undefined) return isIn(cidr, attempt.dst);
  const labels = object(object(object(peer)?.['namespaceSelector'])?.['matchLabels']);
  const wanted = text(labels?.['kubernetes.io/metadata.name']);
  return wanted !== undefined && wanted === attempt.namespace;
};

const isPort = (port: unknown, attempt: Attempt): boolean =>
  object(port)?.['protocol'] === attempt.proto && object(port)?.['port'] === attempt.port;

/** First match decides; Log goes on; what no rule takes is refused, since the policy selects the pod. */
const calico = ({ spec }: Manifest, attempt: Attempt): 'allow' | 'deny' => {
  for (const given of list(spec['egress'])) {
    const rule = object(given) ?? {};
    if (rule['action'] === 'Log' || !isMatch(rule, attempt)) continue;
    return rule['action'] === 'Allow' ? 'allow' : 'deny';
  }
  return 'deny';
};

const isMatch = (rule: Readonly<Record<string, unknown>>, attempt: Attempt): boolean => {
  const { protocol } = rule;
  if (protocol !== undefined && String(protocol) !== attempt.proto) return false;
  const destination = object(rule['destination']) ?? {};
  const { nets, ports } = destination;
  if (nets !== undefined && !list(nets).some((net) => isIn(String(net), attempt.dst))) return false;
  if (ports !== undefined && !list(ports).includes(attempt.port)) return false;
  const selector = text(destination['namespaceSelector']);
  return selector === undefined || selector === `kubernetes.io/metadata.name == '${attempt.namespace}'`;
};

const isIn = (cidr: string, dst: string): boolean => {
  const network = parseNetwork(cidr);
  const address = parseAddress(dst);
  return !('problem' in network) && address !== undefined && holds(network, address);
};
