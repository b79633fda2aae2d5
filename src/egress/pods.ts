import type { Micros } from '../event.ts';
import { formatAddress, parseAddress } from '../network/address.ts';

/** Who owns an address at a time. */
export interface Owner {
  readonly namespace: string;
  /** `Deployment/web`, `CronJob/backup`, `Pod/x`. */
  readonly workload: string;
}

export interface Lease extends Owner {
  readonly uid: string;
  readonly address: string;
  readonly from: Micros;
  /** Undefined while the pod lives. */
  readonly until: Micros | undefined;
}

/** Which pod has an address, at a time: addresses are reused within minutes. What is unknown stays unknown. */
export interface Pods {
  learn(lease: Lease): void;
  at(address: string, time: Micros): Owner | undefined;
  readonly leases: number;
}

/** Leases of one address that are kept; an address is reused a few times a day at most. */
const MOST_LEASES = 2_000;

export const createPods = (): Pods => {
  const byAddress = new Map<string, Lease[]>();
  let count = 0;
  return {
    learn(lease) {
      const address = canonical(lease.address);
      if (address === undefined) return;
      const leases = byAddress.get(address) ?? [];
      byAddress.set(address, leases);
      const known = leases.findIndex(({ uid }) => uid === lease.uid);
      const before = leases[known];
      if (before === undefined) {
        leases.push(lease);
        count += 1;
      } else {
        leases[known] = {
          ...lease,
          from: Math.min(before.from, lease.from),
          until: lease.until ?? before.until,
        };
      }
      leases.sort((a, b) => a.from - b.from);
      if (leases.length > MOST_LEASES) leases.shift();
    },
    at(address, time) {
      const key = canonical(address);
      const leases = key === undefined ? [] : (byAddress.get(key) ?? []);
      // the latest that had begun: an end that nobody recorded is the beginning of the next
      const lease = leases.findLast(({ from }) => from <= time);
      if (lease === undefined || (lease.until !== undefined && time >= lease.until)) return undefined;
      return { namespace: lease.namespace, workload: lease.workload };
    },
    get leases() {
      return count;
    },
  };
};

const canonical = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
};
