// Writes kube-audit lines as kube-apiserver writes them, the same for the same arguments:
//   node bench/generate.mjs --bytes 100e6 --out day.jsonl [--shape day|suspicious] [--form raw|logcli] [--seed 1]
// `day`: a small cluster's day, one line in 7,000 planted; `suspicious`: every line concerns a rule, keys in any order.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pad = (value, length) => String(value).padStart(length, '0');

const createRandom = (seed) => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below) => Math.floor(next() * below);
  return {
    int,
    pick: (list) => list[int(list.length)],
    hex: (length) => Array.from({ length }, () => int(16).toString(16)).join(''),
  };
};

const NAMESPACES = [
  'gitea',
  'minio',
  'monitoring',
  'argocd',
  'vault',
  'dbaas',
  'kube-system',
  'default',
  'external-secrets',
  'immich',
];
const OPERATORS = [
  'external-secrets',
  'argocd',
  'cert-manager',
  'kyverno',
  'prometheus',
  'cnpg',
  'velero',
  'traefik',
];
const CONTROLLERS = [
  'job-controller',
  'replicaset-controller',
  'deployment-controller',
  'endpoint-controller',
  'generic-garbage-collector',
];
const GROUPS = {
  leases: 'coordination.k8s.io',
  deployments: 'apps',
  replicasets: 'apps',
  jobs: 'batch',
  ingresses: 'networking.k8s.io',
  events: 'events.k8s.io',
  clusterroles: 'rbac.authorization.k8s.io',
};

/** Who calls, from where. */
const callers = {
  controller: (random) => ({
    account: `kube-system:${random.pick(CONTROLLERS)}`,
    ip: `10.0.10.${11 + random.int(3)}`,
    agent: 'kube-controller-manager/v1.34.2 (linux/amd64) kubernetes/8cc511e',
  }),
  operator: (random) => {
    const name = random.pick(OPERATORS);
    return {
      account: `${name}:${name}`,
      ip: `10.10.${10 + OPERATORS.indexOf(name)}.${20 + random.int(2)}`,
      agent: `${name}/v0.0.0 (linux/amd64) kubernetes/$Format`,
      pod: true,
    };
  },
  kubelet: (random) => {
    const node = `k8s-node${1 + random.int(6)}`;
    return {
      user: `system:node:${node}`,
      groups: ['system:nodes', 'system:authenticated'],
      ip: `10.0.10.2${node.slice(-1)}`,
      agent: 'kubelet/v1.34.2 (linux/amd64) kubernetes/8cc511e',
    };
  },
  person: () => ({
    user: 'kubernetes-admin',
    groups: ['kubeadm:cluster-admins', 'system:authenticated'],
    ip: '10.0.20.7',
    agent: 'kubectl/v1.34.2 (linux/amd64) kubernetes/8cc511e',
  }),
};

const userOf = ({ account, user, groups, pod }, random, hour) =>
  account === undefined
    ? { username: user, groups }
    : {
        username: `system:serviceaccount:${account}`,
        uid: '6b9c4646-4968-4aa3-9c17-2d9cf9d59c7d',
        groups: [
          'system:serviceaccounts',
          `system:serviceaccounts:${account.split(':')[0]}`,
          'system:authenticated',
        ],
        extra: {
          'authentication.kubernetes.io/credential-id': [`JTI=${pad(hour, 8)}-39c6-4272-aedc-c8b44d31e27b`],
          ...(pod
            ? {
                'authentication.kubernetes.io/node-name': [`k8s-node${1 + random.int(6)}`],
                'authentication.kubernetes.io/pod-name': [`${account.split(':')[1]}-fc20b8c9a-3c26d`],
                'authentication.kubernetes.io/pod-uid': ['8384d30e-9f2c-46f9-9e91-f22c8a94af41'],
              }
            : {}),
        },
      };

/** What is asked for, by share of a hundred requests. */
const REQUESTS = [
  [
    31,
    (random) => ({
      by: 'operator',
      verb: random.pick(['get', 'update']),
      resource: 'leases',
      name: 'leader',
    }),
  ],
  [
    9,
    () => ({ by: 'kubelet', verb: 'update', resource: 'leases', namespace: 'kube-node-lease', name: 'node' }),
  ],
  [
    20,
    (random) => ({
      by: 'operator',
      verb: random.pick(['get', 'list', 'patch', 'update']),
      resource: random.pick(['deployments', 'ingresses', 'services', 'configmaps', 'replicasets']),
    }),
  ],
  [
    17,
    (random) => ({
      by: 'controller',
      verb: random.pick(['get', 'update', 'create']),
      resource: random.pick(['jobs', 'pods', 'replicasets', 'endpoints', 'serviceaccounts']),
      sub: random.pick([undefined, 'status']),
    }),
  ],
  [
    8,
    (random) => ({
      by: 'kubelet',
      verb: random.pick(['get', 'patch']),
      resource: random.pick(['pods', 'nodes']),
      sub: 'status',
    }),
  ],
  [
    3,
    (random) => ({
      by: 'operator',
      verb: 'get',
      resource: 'secrets',
      namespace: random.pick(['gitea', 'minio', 'default']),
    }),
  ],
  [4, (_random) => ({ by: 'operator', verb: 'create', resource: 'events' })],
  [1, () => ({ by: 'person', verb: 'list', resource: 'pods' })],
  [
    7,
    (random) => ({
      by: 'controller',
      verb: 'watch',
      resource: random.pick(['pods', 'deployments', 'services', 'jobs']),
    }),
  ],
];

/** Planted: each must be found, by the rule named. */
const PLANTED = [
  ['K2', () => ({ by: 'operator', ip: '203.0.113.9', verb: 'get', resource: 'deployments' })],
  [
    'K3',
    () => ({
      caller: { user: 'mallory', groups: ['system:authenticated'], ip: '10.0.20.66', agent: 'curl/8' },
      verb: 'get',
      resource: 'secrets',
      namespace: 'vault',
    }),
  ],
  [
    'K4',
    () => ({
      caller: { user: 'mallory', groups: ['system:authenticated'], ip: '10.0.20.66', agent: 'curl/8' },
      verb: 'get',
      resource: 'pods',
      sub: 'exec',
      namespace: 'dbaas',
    }),
  ],
  ['K9', () => ({ by: 'person', ip: '198.51.100.7', verb: 'list', resource: 'pods' })],
];
const PLANT_EVERY = 7_000;

const chosen = (random) => {
  let at = random.int(100);
  for (const [share, make] of REQUESTS) {
    if (at < share) return make(random);
    at -= share;
  }
  return REQUESTS[0][1](random);
};

const stampOf = (micros) =>
  `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 23)}${pad(micros % 1000, 3)}Z`;

const eventsOf = (request, time, random) => {
  const caller = {
    ...(request.caller ?? callers[request.by](random)),
    ...(request.ip ? { ip: request.ip } : {}),
  };
  const namespace = request.namespace ?? random.pick(NAMESPACES);
  const group = GROUPS[request.resource];
  const name = request.name ?? `${request.resource}-${random.int(40)}`;
  const path = `${group ? `/apis/${group}` : '/api'}/v1/namespaces/${namespace}/${request.resource}/${name}`;
  const event = (stage, end) => ({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `${random.hex(8)}-ff16-4cf8-b7e0-${random.hex(12)}`,
    stage,
    requestURI: request.verb === 'watch' ? `${path}?allowWatchBookmarks=true&watch=true` : path,
    verb: request.verb,
    user: userOf(caller, random, Math.floor(time / 3.6e9)),
    sourceIPs: [caller.ip],
    userAgent: caller.agent,
    objectRef: {
      resource: request.resource,
      namespace,
      name,
      ...(group ? { apiGroup: group } : {}),
      apiVersion: 'v1',
      ...(request.sub ? { subresource: request.sub } : {}),
    },
    responseStatus: { metadata: {}, code: request.verb === 'create' ? 201 : 200 },
    requestReceivedTimestamp: stampOf(time),
    stageTimestamp: stampOf(time + end),
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': `RBAC: allowed by ClusterRoleBinding "system:${caller.user ?? caller.account}" of ClusterRole "system:${caller.user ?? caller.account}" to ServiceAccount "${caller.account ?? caller.user}"`,
    },
  });
  if (request.verb !== 'watch') return [event('ResponseComplete', 4_000 + random.int(9_000))];
  const started = event('ResponseStarted', 2_000);
  return [started, { ...started, stage: 'ResponseComplete', stageTimestamp: stampOf(time + 400e6) }];
};

const shuffled = (doc, random) => {
  const entries = Object.entries(doc);
  for (let at = entries.length - 1; at > 0; at--) {
    const other = random.int(at + 1);
    [entries[at], entries[other]] = [entries[other], entries[at]];
  }
  return Object.fromEntries(entries);
};

/** The lines, each with the rule that must find it, if any. */
export function* generate({ shape = 'day', form = 'raw', seed = 1 } = {}) {
  const random = createRandom(seed);
  let time = Date.UTC(2026, 4, 12) * 1000;
  for (let count = 1; ; count++) {
    time += 60_000 + random.int(130_000);
    const plants = shape === 'suspicious' ? 1 : PLANT_EVERY;
    const planted = count % plants === 0 ? PLANTED[(count / plants) % PLANTED.length] : undefined;
    for (const event of eventsOf(planted === undefined ? chosen(random) : planted[1](random), time, random)) {
      const doc = shape === 'suspicious' ? shuffled(event, random) : event;
      const text = JSON.stringify(doc).replace(/[&<>]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
      const record =
        form === 'raw'
          ? text
          : JSON.stringify({
              labels: { job: 'kubernetes-audit' },
              line: text,
              timestamp: stampOf(time + 90_000),
            });
      yield { text: record, rule: planted?.[0] };
    }
  }
}

/** Writes a file of about `bytes` bytes; gives its size and the rules of the planted lines. */
export const write = async ({ bytes, out, ...options }) => {
  const stream = createWriteStream(out);
  let size = 0;
  let lines = 0;
  const planted = [];
  let batch = '';
  for (const { text, rule } of generate(options)) {
    batch += `${text}\n`;
    lines++;
    if (rule !== undefined) planted.push(`${rule}:${lines}`);
    if (batch.length > 1e6 || size + batch.length >= bytes) {
      size += batch.length;
      if (!stream.write(batch)) await once(stream, 'drain');
      batch = '';
    }
    if (size >= bytes) break;
  }
  stream.end();
  await once(stream, 'finish');
  return { size, lines, planted };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = Object.fromEntries(
    process.argv
      .slice(2)
      .join(' ')
      .split('--')
      .slice(1)
      .map((pair) => pair.trim().split(' ')),
  );
  const { size, lines, planted } = await write({
    ...given,
    bytes: Number(given.bytes),
    seed: Number(given.seed ?? 1),
  });
  process.stderr.write(`${lines} lines, ${size} bytes, ${planted.length} planted\n`);
}
