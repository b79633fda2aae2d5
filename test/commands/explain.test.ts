import { describe, expect, it } from 'vitest';
import { recording } from '../support/recordings.ts';
import { runCommand } from '../support/run-command.ts';

const DELETES = recording('k5/deletes/input.jsonl');

interface Found {
  readonly id: string;
  readonly source: { readonly line: number };
}

const findingsOf = async (file: string): Promise<readonly Found[]> => {
  const { out } = await runCommand(['replay', '-q', '-o', 'ndjson', file]);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

describe('detector explain', () => {
  it('shows what fired, its alert and its quiet period', async () => {
    const [first] = await findingsOf(DELETES);
    const { code, out } = await runCommand(['explain', `${DELETES}:${first?.source.line}`]);
    expect(code).toBe(0);
    expect(out).toContain(`finding ${first?.id}`);
    expect(out).toMatch(/alert new \(finding 1 of it\); key .*; quiet period 1h/);
    expect(out).toContain('Did not fire, the nearest first');
  });

  it('finds the line of a finding by its id', async () => {
    const [first] = await findingsOf(DELETES);
    const byId = await runCommand(['explain', first?.id ?? '', DELETES]);
    const byLine = await runCommand(['explain', `${DELETES}:${first?.source.line}`]);
    expect(byId).toEqual(byLine);
  });

  it('says of an event that is only counted how many more it takes', async () => {
    const { out } = await runCommand(['explain', `${DELETES}:1`, '--rule', 'k5', '-o', 'json']);
    const { rules } = JSON.parse(out);
    expect(rules.map(({ rule }: { rule: string }) => rule)).toEqual(['K5']);
    const lines = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((line) => runCommand(['explain', `${DELETES}:${line}`])),
    );
    expect(lines.map(({ out: text }) => text).join('\n')).toMatch(
      /counted: 1 in the window of 1m, fires at 6 \(5 more\)/,
    );
  });

  it('names the entry of a list that excludes', async () => {
    const file = recording('k3/secret-reads/input.jsonl');
    const all = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((line) => runCommand(['explain', `${file}:${line}`])),
    );
    expect(all.map(({ out }) => out).join('\n')).toContain('(list secret_readers), which excludes it');
  });

  it.each([
    { name: 'a line beyond the end', args: [`${DELETES}:999999`], says: 'there is no event on this line' },
    { name: 'no line', args: [DELETES], says: 'give FILE:LINE' },
    { name: 'a rule that is none', args: [`${DELETES}:1`, '--rule', 'K77'], says: 'there is no rule K77' },
    { name: 'an id that is not found', args: ['0'.repeat(20), DELETES], says: 'no finding 0000' },
    { name: 'an id without files', args: ['0'.repeat(20)], says: 'name the files' },
  ])('refuses $name', async ({ args, says }) => {
    const { code, err, out } = await runCommand(['explain', ...args]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(says);
  });

  it('says why no rule saw a line that cannot be read', async () => {
    const { code, err } = await runCommand(
      ['explain', '--format', 'kube-audit', '--', '-:1'],
      '{"kind":"Ev\u001b[31m',
    );
    expect(code).toBe(3);
    expect(err).toContain('no rule saw this line');
    expect(err).not.toContain('\u001b');
  });

  it('shows what a line says as text: no escapes, no secrets', async () => {
    const event = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: 'a',
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces/vault/secrets/x',
      verb: 'get',
      user: { username: 'eve\u001b[31m\u202e hvs.CAESIJ0123456789abcdef0123456789' },
      sourceIPs: ['203.0.113.7'],
      objectRef: { resource: 'secrets', namespace: 'vault', name: 'x', apiVersion: 'v1' },
      responseStatus: { code: 200 },
      requestReceivedTimestamp: '2026-05-12T07:30:00.000000Z',
      stageTimestamp: '2026-05-12T07:30:00.000000Z',
    };
    const { out } = await runCommand(['explain', '--rule', 'K3', '--', '-:1'], `${JSON.stringify(event)}\n`);
    expect(out).toContain('eve\\x1b[31m\\u202e');
    expect(out).not.toMatch(/[\u001b\u202e]|CAESIJ/);
  });
});
