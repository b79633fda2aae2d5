import type { Micros } from '../event.ts';
import type { ListValue } from '../rules/placeholders.ts';
import type { ListEntry } from './schema-rules.ts';

const KUBE_SYSTEM = 'system:serviceaccount:kube-system';

/**
 * Lists that shipped rules name and a configuration may leave out. Who is exempt by default is the system itself:
 * names that nobody outside kube-system can hold. An empty list in the configuration is an empty list.
 */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  secret_namespaces: ['vault', 'sealed-secrets', 'external-secrets'],
  sensitive_namespaces: ['vault', 'kube-system', 'dbaas', 'cnpg-system'],
  secret_readers: [
    'system:apiserver',
    'system:kube-controller-manager',
    'system:node:*',
    `${KUBE_SYSTEM}:generic-garbage-collector`,
    `${KUBE_SYSTEM}:namespace-controller`,
    `${KUBE_SYSTEM}:resourcequota-controller`,
  ],
  bulk_deleters: [
    'system:node:*',
    `${KUBE_SYSTEM}:generic-garbage-collector`,
    `${KUBE_SYSTEM}:namespace-controller`,
    `${KUBE_SYSTEM}:daemon-set-controller`,
    `${KUBE_SYSTEM}:job-controller`,
    `${KUBE_SYSTEM}:cronjob-controller`,
    `${KUBE_SYSTEM}:replicaset-controller`,
    `${KUBE_SYSTEM}:statefulset-controller`,
    `${KUBE_SYSTEM}:ttl-after-finished-controller`,
    `${KUBE_SYSTEM}:pod-garbage-collector`,
    `${KUBE_SYSTEM}:node-controller`,
    'system:kube-scheduler',
  ],
  detector_namespaces: ['detector'],
  detector_deployers: [],
  kubernetes_admins: [],
  interactive_access: [],
  terraform_roles: [],
  vault_admin_entities: [],
  breakglass_keys: [],
};

export type Lists = ReadonlyMap<string, readonly ListEntry[]>;

/** The given lists, and the defaults of those that are not given. */
export const withDefaults = (given: Readonly<Record<string, readonly ListEntry[]>>): Lists => {
  const lists = new Map<string, readonly ListEntry[]>();
  for (const [name, values] of Object.entries(DEFAULTS))
    lists.set(
      name,
      values.map((value) => ({ value })),
    );
  for (const [name, entries] of Object.entries(given)) lists.set(name, entries);
  return lists;
};

/** The values of every list, for placeholders of rules. Entries that have expired at `at` are left out; none without it. */
export const listValues = (lists: Lists, at?: Micros | undefined): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...lists].map(([name, entries]) => [
      name,
      entries
        .filter(({ until }) => until === undefined || at === undefined || at < until)
        .map(({ value }) => value),
    ]),
  );

/** As `listValues`, with the end of every entry that has one: the engine asks it of each event's own time. */
export const listEntries = (lists: Lists): ReadonlyMap<string, readonly ListValue[]> =>
  new Map(
    [...lists].map(([name, entries]) => [
      name,
      entries.map(({ value, until }) => (until === undefined ? value : { value, until })),
    ]),
  );
