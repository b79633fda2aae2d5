import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { packetOf } from '../decoders/netfilter.ts';
import { isRecord } from '../decoders/parse-json.ts';
import { type Allowed, allowedOf } from '../egress/allow.ts';
import { connectionOf } from '../egress/connection.ts';
import { verdictOf } from '../egress/evaluate.ts';
import { createPods, type Pods } from '../egress/pods.ts';
import { calicoPolicy, isBaseline, networkPolicy } from '../egress/policies.ts';
import { createProfile, type Flow } from '../egress/profile.ts';
import { auditedLeases, leasesOf } from '../egress/read-pods.ts';
import { type Readiness, readinessOf, readinessTable } from '../egress/readiness.ts';
import { InputError } from '../errors.ts';
import { type Micros, SECOND } from '../event.ts';
import { EXIT, type Io } from './io.ts';
import { load } from './load.ts';
import { readEvents } from './read-events.ts';

export interface EgressOptions {
  readonly files: readonly string[];
  readonly config: readonly string[];
  /** Recordings of `kubectl get pods -A -o json`. */
  readonly pods: readonly string[];
}

interface Observed {
  readonly flows: readonly Flow[];
  /** Packets that are in no flow, by the reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** One document, or one a line as `--watch` writes them. */
const documentsOf = (path: string, content: string): readonly unknown[] => {
  try {
    return [JSON.parse(content)];
  } catch {
    return content.split('\n').flatMap((line, at) => {
      if (line.trim() === '') return [];
      try {
        return [JSON.parse(line)];
      } catch (error) {
        throw new InputError(`${path}:${at + 1}: no JSON; give what \`kubectl get pods -A -o json\` prints`, {
          cause: error,
        });
      }
    });
  }
};

const readPods = async (paths: readonly string[]): Promise<Pods> => {
  const pods = createPods();
  for (const path of paths) {
    const content = await readFile(path, 'utf8').catch((error: unknown) => {
      throw new InputError(`${path}: it cannot be read`, { cause: error });
    });
    for (const doc of documentsOf(path, content)) {
      if (!isRecord(doc)) throw new InputError(`${path}: no list of pods`);
      for (const lease of leasesOf(doc)) pods.learn(lease);
    }
  }
  return pods;
};

const observeFiles = async ({ files, config, pods: paths }: EgressOptions, io: Io): Promise<Observed> => {
  const pods = await readPods(paths);
  const loaded = await load({ config, rules: [], env: io.env, orExample: true });
  const reading = await readEvents(files, undefined, loaded, io);
  const profile = createProfile();
  const leftOut: Record<string, number> = {};
  const leaveOut = (why: string): void => {
    leftOut[why] = (leftOut[why] ?? 0) + 1;
  };
  await reading.events((event) => {
    for (const lease of auditedLeases(event)) pods.learn(lease);
    const packet = packetOf(event);
    if (packet === undefined) return;
    const connection = connectionOf(packet);
    if (typeof connection === 'string') return leaveOut(connection);
    if (event.time === undefined) return leaveOut('no-time');
    const from = pods.at(connection.src, event.time);
    if (from === undefined) return leaveOut('unknown-source');
    const to = pods.at(connection.dst, event.time);
    const became = profile.observe(connection, { from, to }, event.time);
    if (became !== 'counted') leaveOut(became);
  });
  return { flows: profile.flows(), leftOut };
};

const dateOf = (time: Micros): string => new Date(time / 1000).toISOString().slice(0, 16);

const flowRow = (flow: Flow): string =>
  [
    `${flow.namespace}/${flow.workload}`,
    flow.destination,
    `${flow.proto}${flow.port === undefined ? '' : `/${flow.port}`}`,
    String(flow.count),
    `${flow.days.length}d`,
    dateOf(flow.first),
    dateOf(flow.last),
  ].join('\t');

/** `egress observe`: what each workload connects to. */
export const egressObserve = async (
  options: EgressOptions & { readonly output: 'json' | 'table' },
  io: Io,
): Promise<number> => {
  const { flows, leftOut } = await observeFiles(options, io);
  const readiness = readinessTable(flows);
  if (options.output === 'json')
    io.stdout.write(`${JSON.stringify({ flows, readiness, left_out: leftOut })}\n`);
  else {
    for (const flow of flows) io.stdout.write(`${flowRow(flow)}\n`);
    io.stdout.write('\nReadiness, the thinnest first\n');
    for (const each of readiness) io.stdout.write(`${readinessRow(each)}\n`);
  }
  io.stderr.write(
    `left out: ${
      Object.entries(leftOut)
        .map(([why, count]) => `${count} ${why}`)
        .join(', ') || 'nothing'
    }\n`,
  );
  return EXIT.ok;
};

const readinessRow = ({ namespace, state, days, connections, reasons }: Readiness): string =>
  [namespace, state, `${days}d`, `${connections} connections`, reasons.join('; ')].join('\t');

const DAY = 86_400 * SECOND;

const targetOf = ({ to, port, proto }: Allowed): string =>
  `${'cidr' in to ? to.cidr : `namespace ${to.namespace}`} ${proto}${port === undefined ? '' : `/${port}`}`;

/** What the policy that was due `days` ago would have refused since. */
const refusedSince = (flows: readonly Flow[], namespace: string, days: number): readonly Flow[] => {
  const since = flows.reduce((latest, { last }) => Math.max(latest, last), 0) - days * DAY;
  const before = calicoPolicy(namespace, 'enforce', allowedOf(flows.filter(({ first }) => first < since)));
  return flows.filter(({ first, destination, target, port, proto }) => {
    const attempt = {
      dst: target === undefined ? destination : '',
      namespace: target?.namespace,
      port,
      proto,
    };
    return first >= since && verdictOf(before, attempt) === 'deny';
  });
};

/** `egress policy NAMESPACE`: the policies, with what they rest on as comments. */
export const egressPolicy = async (
  options: EgressOptions & { readonly namespace: string; readonly days: number },
  io: Io,
): Promise<number> => {
  const { namespace, days } = options;
  const { flows } = await observeFiles(options, io);
  const own = flows.filter((flow) => flow.namespace === namespace);
  if (own.length === 0) throw new InputError(`nothing was seen of the namespace ${namespace}`);
  const allowed = allowedOf(own);
  const special = allowed.filter((each) => !isBaseline(each));
  const { manifest, leftOut } = networkPolicy(namespace, 'egress', special);
  const baseline = networkPolicy(namespace, 'egress-baseline', allowed.filter(isBaseline)).manifest;
  const readiness = readinessOf(namespace, flows);
  const refused = refusedSince(own, namespace, days);
  const comments = [
    `${namespace}: ${readiness.state} after ${readiness.days} days and ${readiness.connections} connections`,
    ...readiness.reasons,
    ...allowed.flatMap((each) =>
      each.widened === undefined ? [] : [`widened: ${targetOf(each)}: ${each.widened}`],
    ),
    ...allowed.filter(({ count }) => count === 1).map((each) => `seen once: ${targetOf(each)}`),
    ...leftOut.map((each) => `a NetworkPolicy cannot say: ${targetOf(each)}`),
    `a policy made ${days} days before the last line would have refused ${refused.length} since`,
    ...refused.map(
      (flow) => `refused: ${flow.workload} to ${flow.destination} ${flow.proto}/${flow.port ?? ''}`,
    ),
  ];
  const documents = [
    baseline,
    manifest,
    calicoPolicy(namespace, 'observe', allowed),
    calicoPolicy(namespace, 'enforce', allowed),
  ];
  io.stdout.write(comments.map((comment) => `# ${comment.replaceAll(/\s+/g, ' ')}\n`).join(''));
  io.stdout.write(documents.map((document) => `---\n${stringify(document)}`).join(''));
  return EXIT.ok;
};
