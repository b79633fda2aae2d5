import { list, object, text } from '../decoders/narrow.ts';
import type { Event } from '../event.ts';
import { parseRfc3339 } from '../time.ts';
import type { Lease } from './pods.ts';

/**
 * Leases of a document of `kubectl get pods -A -o json` (a List, a Pod, or an event of `--watch
 * --output-watch-events`). Pods of the host's network are left out: their address is the node's.
 */
export const leasesOf = (doc: unknown): readonly Lease[] => {
  const given = object(doc);
  if (given === undefined) return [];
  if (Array.isArray(given['items'])) return given['items'].flatMap(leasesOf);
  const inner = object(given['object']);
  return inner === undefined ? leaseOf(given) : leaseOf(inner);
};

/** What Kubernetes allows. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

type Doc = NonNullable<ReturnType<typeof object>>;

const leaseOf = (pod: Doc): readonly Lease[] => {
  const metadata = object(pod['metadata']);
  const status = object(pod['status']);
  const namespace = text(metadata?.['namespace']);
  const name = text(metadata?.['name']);
  const from = parseRfc3339(text(status?.['startTime']) ?? text(metadata?.['creationTimestamp']) ?? '');
  if (pod['kind'] !== undefined && pod['kind'] !== 'Pod') return [];
  if (metadata === undefined || status === undefined || namespace === undefined || name === undefined)
    return [];
  if (!NAME.test(namespace) || !NAME.test(name)) return []; // they are written into policies
  if (from === undefined || object(pod['spec'])?.['hostNetwork'] === true) return [];
  const addresses = new Set([
    text(status['podIP']),
    ...list(status['podIPs']).map((ip) => text(object(ip)?.['ip'])),
  ]);
  const uid = text(metadata['uid']) ?? `${namespace}/${name}`;
  const until = endOf(status);
  const workload = workloadOf(metadata, name);
  return [...addresses].flatMap((address) =>
    address === undefined ? [] : [{ namespace, workload, uid, address, from, until }],
  );
};

/**
 * Leases that an audit event shows: the pod as the apiserver answered to a succeeded write of it or of its status
 * (level RequestResponse). What the client sent is not believed.
 */
export const auditedLeases = ({ format, doc, outcome }: Event): readonly Lease[] => {
  if (format !== 'kube-audit' || outcome !== 'succeeded') return [];
  const given = object(doc);
  const reference = object(given?.['objectRef']);
  if (reference?.['resource'] !== 'pods' || reference['apiGroup'] !== undefined) return [];
  const answer = object(given?.['responseObject']);
  return answer?.['kind'] === 'Pod' ? leasesOf(answer) : [];
};

/** A pod that has finished gives its address back at once, long before it is deleted. */
const endOf = (status: Doc): number | undefined => {
  const phase = status['phase'];
  if (phase !== 'Succeeded' && phase !== 'Failed') return undefined;
  const ends = list(status['containerStatuses']).map((container) =>
    parseRfc3339(text(object(object(object(container)?.['state'])?.['terminated'])?.['finishedAt']) ?? ''),
  );
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

/** The thing that a person wrote: `Deployment/web` rather than the ReplicaSet with its hash. */
const workloadOf = (metadata: Doc, name: string): string => {
  const owner = object(list(metadata['ownerReferences'])[0]);
  const kind = text(owner?.['kind']);
  const owned = text(owner?.['name']);
  if (kind === undefined || owned === undefined) return `Pod/${name}`;
  const hash = text(object(metadata['labels'])?.['pod-template-hash']);
  if (kind === 'ReplicaSet' && hash !== undefined && owned.endsWith(`-${hash}`))
    return `Deployment/${owned.slice(0, -hash.length - 1)}`;
  const cron = kind === 'Job' ? /^(.+)-\d{8,10}$/.exec(owned)?.[1] : undefined;
  return cron === undefined ? `${kind}/${owned}` : `CronJob/${cron}`;
};
