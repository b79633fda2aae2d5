import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/coverage/audit-policy.ts';
import { readAuditPolicy } from '../../src/coverage/read-policy.ts';
import { recordedRequest } from '../../src/coverage/recorded-request.ts';
import { object } from '../../src/decoders/narrow.ts';
import { absent, readShared } from '../support/shared.ts';

const FOLDER = 'recorded/kube-audit';

const policyNamed = (name: string) => {
  const file = join(import.meta.dirname, 'policies', `${name}.yaml`);
  return readAuditPolicy(file, readFileSync(file, 'utf8'));
};

/** Recordings of a real kube-apiserver, and the policy it ran with. */
const CASES = [
  ['k7-cluster-roles-p1', 'p1'],
  ['k8-anonymous-bindings-p1', 'p1'],
  ['background-only-p2', 'p2'],
  ['first-start-p2', 'p2'],
  ['k2-token-addresses', 'p2'],
  ['k3-secret-reads', 'p2'],
  ['k4-interactive-access', 'p2'],
  ['k5-mass-delete', 'p2'],
  ['k6-audit-configuration', 'p2'],
  ['k7-cluster-roles-p2', 'p2'],
  ['k8-anonymous-bindings-p2', 'p2'],
  ['k9-admin-addresses', 'p2'],
  ['long-lines-and-audit-ids', 'p2'],
  ['mixed-timeline-p2', 'p2'],
  ['truncated-events', 'p2'],
  ['unusual-spellings-p2', 'p2'],
  ['all-stages-p3', 'p3'],
] as const;

const reason = absent(FOLDER);
if (reason !== undefined) process.stderr.write(`audit policy recordings: skipped, ${reason}\n`);

describe.skipIf(reason !== undefined)(
  'a policy decides as the API server that recorded these lines did',
  () => {
    it.each(CASES)('%s under %s', (folder, name) => {
      const policy = policyNamed(name);
      const lines = readShared(join(FOLDER, folder, 'input.jsonl'))
        .trim()
        .split('\n');
      expect(lines.length).toBeGreaterThan(10);
      const differences = lines.flatMap((line, index) => {
        const doc = object(JSON.parse(line)) ?? {};
        const { level, omitStages } = decide(policy, recordedRequest(doc));
        const same = level === doc['level'] && !omitStages.some((stage) => stage === doc['stage']);
        return same ? [] : [`${index + 1}: ${level}, recorded ${doc['level']} ${doc['stage']}`];
      });
      expect(differences).toEqual([]);
    });
  },
);
