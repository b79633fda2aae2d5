import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'detector-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const detector = (...args: readonly string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile('node', ['dist/cli.js', 'test', ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

/** A rules folder as a user has it: one rule, and its cases in `replays/`. */
const userFolder = (name: string, condition: string, findings: string): string => {
  const root = join(folder, name);
  mkdirSync(join(root, 'replays/case'), { recursive: true });
  writeFileSync(
    join(root, 'x1.yaml'),
    `title: Secret listed
id: 0a0a6f4e-6f0c-4a5e-9d5a-0d8f7f1f0c11
name: X1
status: test
description: Somebody listed secrets.
references: [docs/x1.md]
tags: [attack.t1552.007]
logsource: {product: kubernetes, service: audit}
detection:
  listed:
    k8s.verb|cased: list
    k8s.resource|cased: secrets
${condition}
falsepositives: [operators]
level: medium
fields: [k8s.actor]
detector:
  requires: [user.username]
  summary: '{k8s.actor} listed secrets'
`,
  );
  const line = (verb: string, resource: string, second: number) =>
    JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: `${second}`,
      stage: 'ResponseComplete',
      requestURI: `/api/v1/${resource}`,
      verb,
      user: { username: 'dana' },
      sourceIPs: ['10.0.20.5'],
      objectRef: { resource },
      responseStatus: { code: 200 },
      requestReceivedTimestamp: `2026-11-21T08:00:0${second}.000000Z`,
      stageTimestamp: `2026-11-21T08:00:0${second}.000000Z`,
    });
  const lines = [line('list', 'secrets', 1), line('get', 'secrets', 2), line('list', 'pods', 3)];
  writeFileSync(join(root, 'replays/case/input.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(join(root, 'replays/case/expect.yaml'), `description: lists\nfindings: ${findings}\n`);
  return root;
};

describe('detector test', () => {
  it('finds that the shipped rules have no surviving mutant without a reason', {
    timeout: 240_000,
  }, async () => {
    const { code, stdout } = await detector('--mutate');
    expect(stdout).toMatch(/^(\d+) of \1 cases find what they expect$/m);
    expect(stdout).toMatch(/^\d{3,} of \d{3,} mutants were noticed; \d+ survive with a reason, 0 without$/m);
    expect(code).toBe(0);
  });

  it("runs the cases of a user's rules folder", async () => {
    const { code, stdout } = await detector(
      userFolder('good', '  condition: listed', '[{rule: X1, line: 1}]'),
      '--mutate',
    );
    expect(stdout).toMatch(/1 of 1 cases find what they expect/);
    expect(stdout).toMatch(/ of (\d+) mutants were noticed; 0 survive with a reason, 0 without/);
    expect(code).toBe(0);
  });

  it('fails on a case that finds something else, and shows the difference', async () => {
    const { code, stdout } = await detector(
      userFolder('wrong', '  condition: listed', '[{rule: X1, line: 2}]'),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/missing\s+X1/);
    expect(stdout).toMatch(/unexpected\s+X1/);
    expect(stdout).toMatch(/0 of 1 cases/);
  });

  it('names a part of a rule that no case proves', async () => {
    const condition =
      '  filter_main_admin:\n    k8s.actor|cased: admin\n  condition: listed and not filter_main_admin';
    const { code, stdout } = await detector(
      userFolder('unproven', condition, '[{rule: X1, line: 1}]'),
      '--mutate',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^survives +X1 .*x1.yaml:14 +without not filter_main_admin$/m);
  });

  it('accepts a survivor that is explained in place', async () => {
    const condition =
      '  filter_main_admin:\n    k8s.actor|cased: admin  # survives: just an example\n  condition: listed and not filter_main_admin';
    const { code, stdout } = await detector(
      userFolder('explained', condition, '[{rule: X1, line: 1}]'),
      '--mutate',
    );
    expect(stdout).toMatch(/^explained .*\(just an example\)$/m);
    expect(code).toBe(0);
  });

  it('says where it looked when there are no cases', async () => {
    const { code, stderr } = await detector('rules/kubernetes/k2-service-account-address.yaml');
    expect(code).toBe(3);
    expect(stderr).toMatch(/--cases/);
  });
});
