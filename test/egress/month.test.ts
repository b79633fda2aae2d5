import { describe, expect, test } from 'vitest';
import { createNetfilter, packetOf } from '../../src/decoders/netfilter.ts';
import { allowedOf } from '../../src/egress/allow.ts';
import { connectionOf } from '../../src/egress/connection.ts';
import { verdictOf } from '../../src/egress/evaluate.ts';
import { createPods } from '../../src/egress/pods.ts';
import { calicoPolicy, networkPolicy } from '../../src/egress/policies.ts';
import { createProfile } from '../../src/egress/profile.ts';
import { leasesOf } from '../../src/egress/read-pods.ts';
import { readinessOf, readinessTable } from '../../src/egress/readiness.ts';
import { createMonth } from '../support/egress-month.ts';
import { scratch } from '../support/inputs.ts';
import { aContext, aLine, events } from '../support/lines.ts';
import { runCommand } from '../support/run-command.ts';

const month = createMonth();
const folder = scratch();

const observed = () => {
  const pods = createPods();
  for (const lease of leasesOf({ kind: 'List', items: month.pods })) pods.learn(lease);
  const profile = createProfile();
  const decoder = createNetfilter(aContext());
  for (const [at, text] of month.lines.entries())
    for (const event of events(decoder.decode(aLine(text, { number: at + 1 }), 'packets'))) {
      const packet = packetOf(event);
      const connection = packet === undefined ? 'not-a-packet' : connectionOf(packet);
      if (typeof connection === 'string' || event.time === undefined) continue;
      const from = pods.at(connection.src, event.time);
      if (from === undefined) continue;
      profile.observe(connection, { from, to: pods.at(connection.dst, event.time) }, event.time);
    }
  return profile.flows();
};

const flows = observed();
const shop = flows.filter(({ namespace }) => namespace === 'shop');
const allowed = allowedOf(shop);
const policies = [
  networkPolicy('shop', 'egress', allowed).manifest,
  calicoPolicy('shop', 'enforce', allowed),
];

describe('a month whose truth is known', () => {
  test('gives exactly the connections that were planned', () => {
    const found = flows.map(
      ({ namespace, workload, destination, proto, port, count }) =>
        [`${namespace}/${workload} ${destination} ${proto}/${port}`, count] as const,
    );
    expect(new Map(found)).toEqual(month.truth);
    expect(found).toHaveLength(month.truth.size);
  });

  test.each(policies)('$apiVersion admits everything that was seen', (policy) => {
    expect(shop.length).toBeGreaterThan(5);
    for (const { destination, target, port, proto } of shop)
      expect(verdictOf(policy, { dst: destination, namespace: target?.namespace, port, proto })).toBe(
        'allow',
      );
  });

  test.each(policies)('$apiVersion refuses everything else but for the widening', (policy) => {
    let refused = 0;
    for (let third = 98; third < 104; third += 1)
      for (let last = 0; last < 256; last += 1)
        for (const port of [80, 443]) {
          const attempt = { dst: `198.51.${third}.${last}`, namespace: undefined, port, proto: 'TCP' };
          const due = port === 443 && (third === 101 || (third === 100 && last === 10));
          expect(verdictOf(policy, attempt), JSON.stringify(attempt)).toBe(due ? 'allow' : 'deny');
          if (!due) refused += 1;
        }
    expect(refused).toBeGreaterThan(2_500);
    for (const attempt of [
      { dst: '10.10.7.7', namespace: 'data', port: 5433, proto: 'TCP' },
      { dst: '10.10.7.7', namespace: 'other', port: 5432, proto: 'TCP' },
      { dst: '10.10.7.7', namespace: 'data', port: 5432, proto: 'UDP' },
      { dst: '2001:db8::54', namespace: undefined, port: 853, proto: 'TCP' },
    ])
      expect(verdictOf(policy, attempt), JSON.stringify(attempt)).toBe('deny');
  });

  test('widens one /24 and one namespace, and says so', () => {
    expect(allowed.flatMap(({ widened }) => widened ?? [])).toEqual([
      'any pod of the namespace data: addresses of pods change',
      '7 hosts of 198.51.101.0/24 were seen',
    ]);
  });

  test('is long enough for the weekly job, and not for what was seen on one day', () => {
    const job = shop.find(({ workload }) => workload === 'CronJob/backup');
    expect(job?.days).toHaveLength(5);
    expect(readinessOf('shop', flows)).toMatchObject({ state: 'ready', single: 0, days: 29.8 });
    expect(readinessOf('data', flows)).toMatchObject({ state: 'thin', single: 1 });
    expect(readinessTable(flows).map(({ namespace }) => namespace)).toEqual(['data', 'shop']);
  });

  test('the commands say the same', async () => {
    const pods = folder.file('pods.json', JSON.stringify({ kind: 'List', items: month.pods }));
    const log = folder.file('packets.log', `${month.lines.join('\n')}\n`);
    const seen = await runCommand(['egress', 'observe', '--pods', pods, '-o', 'json', log]);
    expect(seen.code).toBe(0);
    expect(JSON.parse(seen.out)).toMatchObject({
      flows: JSON.parse(JSON.stringify(flows)),
      left_out: { 'unknown-source': 1 },
    });
    const policy = await runCommand(['egress', 'policy', 'shop', '--pods', pods, log]);
    expect(policy.code).toBe(0);
    expect(policy.out).toContain('# widened: 198.51.101.0/24 TCP/443: 7 hosts of 198.51.101.0/24 were seen');
    expect(policy.out.match(/^kind: NetworkPolicy$/gm)).toHaveLength(4);
  });
});

describe('pods in the same logs', () => {
  const pod = {
    kind: 'Pod',
    metadata: {
      namespace: 'shop',
      name: 'web-0',
      uid: 'u1',
      ownerReferences: [{ kind: 'StatefulSet', name: 'web' }],
    },
    status: { podIP: '10.10.5.21', startTime: '2026-11-01T00:00:00Z' },
  };
  const audited = (code: number, body: object): string =>
    JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'RequestResponse',
      auditID: 'a1',
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces/shop/pods/web-0/status',
      verb: 'patch',
      user: { username: 'system:node:node-1' },
      sourceIPs: ['10.0.10.21'],
      objectRef: {
        resource: 'pods',
        namespace: 'shop',
        name: 'web-0',
        apiVersion: 'v1',
        subresource: 'status',
      },
      responseStatus: { code },
      ...body,
      requestReceivedTimestamp: '2026-11-01T00:00:01.000000Z',
      stageTimestamp: '2026-11-01T00:00:01.100000Z',
    });

  test.each([
    {
      name: 'are known from what the apiserver answered',
      line: audited(200, { responseObject: pod }),
      is: ['StatefulSet/web'],
    },
    {
      name: 'are not known from what a client asked for',
      line: audited(200, { requestObject: pod }),
      is: [],
    },
    { name: 'are not known from a refused write', line: audited(403, { responseObject: pod }), is: [] },
  ])('$name', async ({ name, line, is }) => {
    const audit = folder.file(`${name}.jsonl`, `${line}\n`);
    const packets = folder.file(`${name}.log`, `${month.lines.slice(0, 2).join('\n')}\n`);
    const seen = await runCommand(['egress', 'observe', '-o', 'json', audit, packets]);
    const { flows: found } = JSON.parse(seen.out) as { flows: { workload: string }[] }; // our own output
    expect(found.map(({ workload }) => workload)).toEqual(is);
  });
});

describe('a namespace that talks to everybody', () => {
  test('is declared unfit', () => {
    const profile = createProfile();
    const from = { namespace: 'torrent', workload: 'Deployment/x' };
    for (let at = 0; at < 150; at += 1)
      profile.observe(
        { src: '10.10.1.1', dst: `198.${at}.1.1`, spt: 1000 + at, port: 6881, proto: 'UDP' },
        { from, to: undefined },
        at * 86_400_000_000,
      );
    expect(readinessOf('torrent', profile.flows()).state).toBe('unfit');
  });

  test('cannot take more memory than the profile has', () => {
    const profile = createProfile(10);
    const from = { namespace: 'scan', workload: 'Deployment/x' };
    const became = Array.from({ length: 20 }, (_, at) =>
      profile.observe(
        { src: '10.10.1.1', dst: '198.51.100.1', spt: at, port: at + 1, proto: 'TCP' },
        { from, to: undefined },
        at,
      ),
    );
    expect(became.filter((each) => each === 'overflow')).toHaveLength(10);
    expect(profile.flows()).toHaveLength(10);
  });
});
