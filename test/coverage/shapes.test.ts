import { describe, expect, it } from 'vitest';
import { probeEvent } from '../../src/coverage/probe-event.ts';
import { type Shape, shapesOf } from '../../src/coverage/shapes.ts';
import { kubeFields } from '../../src/decoders/kube-fields.ts';
import { compileCondition } from '../../src/engine/compile.ts';
import { createReaders } from '../../src/engine/read.ts';
import type { DetectionBranch } from '../../src/rules/rule.ts';
import { aContext } from '../support/lines.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const readerOf = createReaders({ fields: kubeFields });
const POWERFUL = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
const ANONYMOUS = [{ kind: 'User', name: 'system:anonymous' }];

/** What the rest of a line can hold: one of these has to make the rule fire. */
const RESTS = [
  {},
  ...[200, 403].flatMap((code) =>
    [['203.0.113.7'], ['10.0.20.5', '203.0.113.7']].flatMap((sourceIPs) => [
      { responseStatus: { code }, sourceIPs },
      {
        responseStatus: { code },
        sourceIPs,
        impersonatedUser: { username: 'x', groups: ['system:masters'] },
      },
    ]),
  ),
  { responseObject: { kind: 'ClusterRole', rules: POWERFUL } },
  { responseObject: { kind: 'ClusterRoleBinding', subjects: ANONYMOUS } },
  { responseObject: { kind: 'RoleBinding', subjects: ANONYMOUS } },
];

const fires = ({ condition }: DetectionBranch, { probe }: Shape): boolean => {
  const { test } = compileCondition(condition, readerOf);
  const uri = probe.request.object?.subresource === 'proxy' ? '/api/v1/nodes/n/proxy/run/x' : '/';
  return RESTS.some((rest) => test(probeEvent(probe, aContext(), { requestURI: uri, ...rest })));
};

describe('every derived firing shape', () => {
  const cases = shippedRules('kubernetes')
    .flatMap((rule) => shapesOf(rule, undefined))
    .map((shapes) => ({ name: shapes.branch.name, shapes }));

  it.each(cases)('of $name makes it fire in the engine', ({ shapes }) => {
    expect(shapes.shapes.length).toBeGreaterThan(0);
    expect(shapes.shapes.filter((shape) => !fires(shapes.branch, shape))).toEqual([]);
  });
});
