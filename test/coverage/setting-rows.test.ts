import { describe, expect, it } from 'vitest';
import { readApiserverFlags } from '../../src/coverage/apiserver-flags.ts';
import { flagRows } from '../../src/coverage/flag-rows.ts';
import type { Row } from '../../src/coverage/row.ts';
import { sshdRows } from '../../src/coverage/sshd-rows.ts';
import { vaultAuditRows, vaultListenerRows } from '../../src/coverage/vault-rows.ts';
import { ConfigError } from '../../src/errors.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const rules = shippedRules('kubernetes', 'vault', 'sshd');

/** `K7 unverified:3` once for each kind of row. */
const shown = (rows: readonly Row[]): readonly string[] =>
  rows.map(({ rule, state, where }) => `${rule} ${state}:${where?.line}`);

const BASE = '--audit-policy-file=/p.yaml\n--audit-log-path=/l.log\n';
const KUBE = ['K2', 'K3', 'K4', 'K5', 'K6', 'K7', 'K8', 'K9'];
const VAULT = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7'];

describe('flags of the API server', () => {
  const rowsOf = (text: string): readonly Row[] => flagRows(rules, readApiserverFlags('flags', text));
  const table: readonly (readonly [string, string, readonly string[]])[] = [
    ['are fine by default', BASE, []],
    ['blind all rules without a policy', '--audit-log-path=/l.log', KUBE.map((code) => `${code} blind:1`)],
    ['blind all rules without a log', '--audit-policy-file /p.yaml', KUBE.map((code) => `${code} blind:1`)],
    [
      'blind all rules in the legacy format',
      `${BASE}--audit-log-format=legacy`,
      KUBE.map((code) => `${code} blind:3`),
    ],
    [
      'lose events in batch mode',
      `${BASE}--audit-log-mode batch`,
      KUBE.map((code) => `${code} unverified:3`),
    ],
    [
      'cut bodies and drop long addresses with truncation',
      `${BASE}--audit-log-truncate-enabled`,
      ['K7 unverified:3', 'K8 unverified:3', ...KUBE.map((code) => `${code} blind:3`)],
    ],
    ['do no harm with truncation said to be off', `${BASE}--audit-log-truncate-enabled=false`, []],
  ]; // prettier-ignore
  it.each(table)('%s', (_name, text, expected) => {
    expect(shown(rowsOf(text))).toEqual(expected);
  });

  it('are read from a static pod manifest, with their lines', () => {
    const manifest = [
      'apiVersion: v1',
      'kind: Pod',
      'spec:',
      '  containers:',
      '  - command:',
      '    - kube-apiserver',
      '    - --audit-policy-file=/p.yaml',
      '    - --audit-log-path=/l.log',
      '    - --audit-log-mode=batch',
    ].join('\n');
    expect(shown(rowsOf(manifest))[0]).toBe('K2 unverified:9');
  });

  it('are read from a command line as the kernel shows it', () => {
    expect(shown(rowsOf('kube-apiserver\0--audit-policy-file=/p\0--audit-log-path=-\0'))).toEqual([]);
  });

  it('names the limit that truncation has', () => {
    const rows = rowsOf(`${BASE}--audit-log-truncate-enabled=true\n--audit-log-truncate-max-event-size=5000`);
    expect(rows[0]).toMatchObject({ alternative: expect.stringContaining('5000 bytes'), where: { line: 4 } });
  });

  it('must be there', () => {
    expect(() => rowsOf('apiVersion: audit.k8s.io/v1')).toThrow(ConfigError);
  });
});

describe('Vault audit devices', () => {
  const device = (options: object, type = 'file') => ({ type, path: 'file/', options });
  const rowsOf = (devices: object) =>
    vaultAuditRows(rules, 'vault.json', JSON.stringify(devices, undefined, 1));
  const table: readonly (readonly [string, object, string, RegExp])[] = [
    ['a plain file is fine', { 'file/': device({ file_path: '/v.log' }) }, 'can_fire', /file device/],
    ['none is blind', {}, 'blind', /no audit device/],
    ['jsonx is blind', { 'file/': device({ format: 'jsonx' }) }, 'blind', /jsonx/],
    ['a prefix is blind', { 'file/': device({ prefix: '@cee: ' }) }, 'blind', /prefix/],
    ['a device into the void is blind', { 'file/': device({ file_path: 'discard' }) }, 'blind', /discard/],
    [
      'a filter makes it less certain',
      { 'file/': device({ filter: 'mount_type == kv' }) },
      'unverified',
      /filter/,
    ],
    ['raw secrets are told', { 'file/': device({ log_raw: 'true' }) }, 'can_fire', /in clear/],
    [
      'the best of several counts',
      { 'a/': device({ format: 'jsonx' }), 'b/': device({}) },
      'can_fire',
      /file device/,
    ],
  ]; // prettier-ignore
  it.each(table)('%s', (_name, devices, state, why) => {
    const rows = rowsOf(devices);
    expect(rows.map(({ rule }) => rule)).toEqual(VAULT);
    for (const row of rows) expect(row).toMatchObject({ state, why: expect.stringMatching(why) });
  });

  it('names the line of the option', () => {
    expect(rowsOf({ 'file/': device({ format: 'jsonx' }) })[0]?.where).toEqual({
      file: 'vault.json',
      line: 6,
    });
  });

  it('refuses a file that is something else', () => {
    expect(() => rowsOf({ errors: ['permission denied'] })).toThrow(ConfigError);
  });
});

describe('the Vault listener', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['without forwarding is less certain behind a proxy', 'listener "tcp" {\n}', 'unverified'],
    [
      'with a listed proxy is fine',
      'listener "tcp" {\n x_forwarded_for_authorized_addrs = "10.0.0.7"\n}',
      'can_fire',
    ],
    ['that believes everybody is blind', '{"x_forwarded_for_authorized_addrs": ["0.0.0.0/0"]}', 'blind'],
  ]; // prettier-ignore
  it.each(table)('%s', (_name, text, state) => {
    const rows = vaultListenerRows(rules, 'vault.hcl', text);
    expect(rows.map((row) => `${row.rule} ${row.state}`)).toEqual([`V7 ${state}`]);
  });
});

describe('sshd -T', () => {
  const table: readonly (readonly [string, string, readonly string[]])[] = [
    ['with LogLevel INFO is fine', 'port 22\nloglevel INFO', ['S1 can_fire:2']],
    ['with LogLevel QUIET is blind', 'loglevel QUIET', ['S1 blind:1']],
    ['with LogLevel ERROR is blind', 'LogLevel error', ['S1 blind:1']],
    [
      'beside a command line with -E is less certain',
      'loglevel INFO\nExecStart=/usr/sbin/sshd -D -E /var/log/sshd',
      ['S1 can_fire:1', 'S1 unverified:2'],
    ],
  ]; // prettier-ignore
  it.each(table)('%s', (_name, text, expected) => {
    expect(shown(sshdRows(rules, 'sshd.txt', text))).toEqual(expected);
  });

  it('must be what it is', () => {
    expect(() => sshdRows(rules, 'sshd.txt', 'port 22')).toThrow(ConfigError);
  });
});
