import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Config, loadConfig } from '../../src/config/config.ts';
import type { Env } from '../../src/config/env.ts';
import { listValues } from '../../src/config/lists.ts';
import { renderConfig } from '../../src/config/render.ts';
import { secretOf } from '../../src/config/secret.ts';
import { ConfigError } from '../../src/errors.ts';
import { parseRfc3339 } from '../../src/time.ts';

const load = (texts: readonly string[], env: Env = {}): Config =>
  loadConfig(
    texts.map((text, index) => ({ path: `${index + 1}.yaml`, text })),
    env,
  );

const example = readFileSync(new URL('../../examples/detector.yaml', import.meta.url), 'utf8');

describe('without any file', () => {
  const config = load([]);

  test('nothing is trusted and nothing is read', () => {
    expect(config.zones.names).toEqual([]);
    expect(config.trustedProxies.of('10.0.0.1')).toEqual([]);
    expect(config.sources).toEqual([]);
    expect(config.settings.slack).toBeUndefined();
  });

  test('only the system itself is exempt', () => {
    const lists = listValues(config.lists);
    for (const name of ['secret_readers', 'bulk_deleters']) {
      const values = lists.get(name) ?? [];
      expect(values.length).toBeGreaterThan(5);
      for (const value of values) {
        expect(value).toMatch(/^system:/);
        if (value.startsWith('system:serviceaccount:'))
          expect(value).toMatch(/^system:serviceaccount:kube-system:[a-z-]+$/);
      }
    }
    for (const name of ['kubernetes_admins', 'interactive_access', 'terraform_roles', 'breakglass_keys']) {
      expect(lists.get(name)).toEqual([]);
    }
    expect(lists.get('secret_namespaces')).toEqual(['vault', 'sealed-secrets', 'external-secrets']);
  });

  test('durations are in milliseconds', () => {
    expect(config.settings.loki).toMatchObject({
      poll: 2_000,
      overlap: 30_000,
      lateness: 3_600_000,
      tail: true,
    });
    expect(config.settings.rules.quiet_period).toBe(3_600_000);
    expect(config.settings.http.listen).toEqual({ host: '127.0.0.1', port: 9464 });
  });
});

describe('a later file', () => {
  const first = `
zones: {lan: [10.0.20.0/22], pods: [10.10.0.0/16]}
lists: {secret_readers: [a, b], kubernetes_admins: [admin]}
loki: {url: "http://one:3100", poll: 5s, bearer_token_file: token}
rules: {severity: {K4: critical}, disabled: [K6]}
sources:
  - {name: audit, loki: '{job="one"}', format: kube-audit}
  - {name: sshd, loki: '{job="sshd"}', format: sshd}
`;
  const config = load(
    [
      first,
      `
zones: {lan: [192.168.1.0/24], vpn: [203.0.113.0/24]}
lists: {secret_readers: []}
loki: {poll: 1s, bearer_token: "\${TOKEN}"}
rules: {severity: {K5: info}, disabled: []}
sources:
  - {name: audit, file: audit.log, format: kube-audit}
slack:
`,
    ],
    { TOKEN: 'x' },
  );

  test('replaces whole zones by name and keeps the others', () => {
    expect(config.zones.names).toEqual(['lan', 'pods', 'vpn']);
    expect(config.zones.of('10.0.20.1')).toEqual([]);
    expect(config.zones.of('192.168.1.1')).toEqual(['lan']);
    expect(config.zones.of('10.10.0.1')).toEqual(['pods']);
  });

  test('replaces whole lists by name; an empty one is empty', () => {
    expect(config.lists.get('secret_readers')).toEqual([]);
    expect(listValues(config.lists).get('kubernetes_admins')).toEqual(['admin']);
  });

  test('replaces single settings, and one form of a secret by the other', () => {
    const { loki, rules } = config.settings;
    expect(loki).toMatchObject({ url: 'http://one:3100', poll: 1_000 });
    expect(secretOf(loki.bearer_token, loki.bearer_token_file)).toEqual({ from: 'env', variable: 'TOKEN' });
    expect(rules).toMatchObject({ severity: { K4: 'critical', K5: 'info' }, disabled: [] });
  });

  test('replaces single sources by name', () => {
    expect(config.sources.map(({ name, kind }) => [name, kind])).toEqual([
      ['sshd', 'loki'],
      ['audit', 'file'],
    ]);
  });

  test('says nothing with an empty section', () => {
    expect(config.settings.slack).toBeUndefined();
  });

  test('has its own places', () => {
    expect(config.placeOf(['loki', 'poll'])).toEqual({ file: '2.yaml', line: 4, column: 8 });
    expect(config.placeOf(['rules', 'severity', 'K4'])).toEqual({ file: '1.yaml', line: 5, column: 20 });
  });
});

describe('precedence', () => {
  const file = { path: 'c.yaml', text: 'loki: {poll: 5s, overlap: 5s, sweep: 5s}' };
  const env = { DETECTOR_LOKI_OVERLAP: '6s', DETECTOR_LOKI_SWEEP: '6s', DETECTOR_LOKI_TAIL: 'false' };
  const config = loadConfig([file], env, [{ flag: '--set', setting: 'loki.sweep', value: '7s' }]);

  test('is flag, environment, file, default', () => {
    expect(config.settings.loki).toMatchObject({
      sweep: 7_000,
      overlap: 6_000,
      poll: 5_000,
      lateness: 3_600_000,
    });
  });

  test.each([
    { name: 'a word for true or false', env, path: ['loki', 'tail'], expected: false },
    {
      name: 'a list with commas',
      env: { DETECTOR_RULES_DISABLED: 'K6, V4' },
      path: ['rules', 'disabled'],
      expected: ['K6', 'V4'],
    },
    {
      name: 'a number',
      env: { DETECTOR_LOKI_QUERY_BUDGET_PARALLEL: '9' },
      path: ['loki', 'query_budget', 'parallel'],
      expected: 9,
    },
    {
      name: 'text that looks like a number',
      env: { DETECTOR_LOKI_TENANT: '12' },
      path: ['loki', 'tenant'],
      expected: '12',
    },
    {
      name: 'an empty variable as unset',
      env: { DETECTOR_STATE_DIR: '' },
      path: ['state_dir'],
      expected: 'state',
    },
    {
      name: 'variables that Kubernetes sets as nothing',
      env: { DETECTOR_SERVICE_HOST: '10.0.0.1', DETECTOR_PORT: 'tcp://10.0.0.1:80' },
      path: ['state_dir'],
      expected: 'state',
    },
  ])('reads $name', ({ env, path, expected }) => {
    const value = path.reduce<unknown>(
      (node, key) => (node as Record<string, unknown>)[key], // the path exists in settings
      loadConfig([], env).settings,
    );
    expect(value).toEqual(expected);
  });

  test('a mistake in the environment or a flag names the variable or the flag', () => {
    const load = () =>
      loadConfig([], { DETECTOR_LOKI_POLL: '2' }, [{ flag: '--set', setting: 'loki.pol', value: '1s' }]);
    expect(load).toThrow(/^DETECTOR_LOKI_POLL:1:1: `loki.poll`: "2" is not a duration/m);
    expect(load).toThrow(/^--set:1:1: unknown key `pol` in `loki`; did you mean `poll`\?/m);
  });
});

describe('paths', () => {
  test('of a file are relative to that file; a default and a variable are not', () => {
    const text = 'loki: {bearer_token_file: token}\nrules: {paths: [shipped, mine, /etc/rules]}';
    const { settings } = loadConfig([{ path: '/etc/detector/c.yaml', text }], { DETECTOR_STATE_DIR: 'here' });
    expect(settings.loki.bearer_token_file).toBe('/etc/detector/token');
    expect(settings.rules.paths).toEqual(['shipped', '/etc/detector/mine', '/etc/rules']);
    expect(settings.state_dir).toBe('here');
    expect(loadConfig([], {}).settings).toMatchObject({ state_dir: 'state', rules: { paths: ['shipped'] } });
  });
});

describe('an entry', () => {
  const config = load([
    `
zones:
  guests:
    - {cidr: 198.51.100.7, reason: conference, until: 2026-12-05}
lists:
  kubernetes_admins:
    - {value: visitor@example.org, reason: audit, until: "2026-12-05T12:00:00Z"}
    - admin@example.org
`,
  ]);
  const at = (text: string): number => parseRfc3339(text) ?? Number.NaN;

  test('of a zone with a date counts until the end of that day', () => {
    expect(config.zones.of('198.51.100.7', at('2026-12-05T23:59:59Z'))).toEqual(['guests']);
    expect(config.zones.of('198.51.100.7', at('2026-12-06T00:00:00Z'))).toEqual([]);
  });

  test('of a list counts until its time, and always when no time is given', () => {
    const values = (time?: number) => listValues(config.lists, time).get('kubernetes_admins');
    expect(values(at('2026-12-05T11:59:59Z'))).toEqual(['visitor@example.org', 'admin@example.org']);
    expect(values(at('2026-12-05T12:00:00Z'))).toEqual(['admin@example.org']);
    expect(values()).toEqual(['visitor@example.org', 'admin@example.org']);
  });

  test('keeps its reason for audits', () => {
    expect(config.lists.get('kubernetes_admins')?.[0]?.reason).toBe('audit');
    expect(config.zones.entries('guests')[0]?.reason).toBe('conference');
  });
});

describe('all mistakes of all files are told at once', () => {
  test('in the order of files, lines and columns', () => {
    try {
      load([
        'zonez: {}\nloki: {poll: 1, tail: maybe}\nzones: {lan: [], lan: [x]}',
        'loki: {url: nope}\nslack: [',
      ]);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.mistakes.map(({ place }) => `${place.file}:${place.line}:${place.column}`)).toEqual([
        '1.yaml:1:1',
        '1.yaml:2:14',
        '1.yaml:2:23',
        '1.yaml:3:18',
        '1.yaml:3:24',
        '2.yaml:2:9',
      ]);
    }
  });
});

describe('the shipped example', () => {
  const config = load([example]);

  test('trusts the networks of its zones', () => {
    expect(config.zones.names).toEqual([
      'lan',
      'control_plane',
      'pods',
      'services',
      'tailnet',
      'loopback',
      'terraform',
    ]);
    expect(config.zones.of('10.0.20.5')).toEqual(['lan', 'terraform']);
    expect(config.zones.of('::1')).toEqual(['loopback']);
    expect(config.zones.of('10.111.255.255')).toEqual(['services']);
    expect(config.zones.of('203.0.113.1')).toEqual([]);
  });

  test('gives every list that shipped rules name', () => {
    const given = Object.keys(config.settings.lists).sort();
    expect(given).toEqual([...load([]).lists.keys()].sort());
    const exempt = listValues(config.lists);
    expect(exempt.get('secret_readers')).toHaveLength(11);
    expect(exempt.get('bulk_deleters')).toHaveLength(15);
    expect(exempt.get('interactive_access')).toContain('system:serviceaccount:breakglass:breakglass');
  });

  test('reads four streams', () => {
    expect(config.sources.map(({ name, format }) => [name, format])).toEqual([
      ['kube-audit', 'kube-audit'],
      ['vault-audit', 'vault-audit'],
      ['sshd-pve', 'sshd'],
      ['calico-packet', 'netfilter'],
    ]);
  });

  test('also loads with its last part put into effect', () => {
    const settings = example.slice(example.indexOf('# loki:')).replaceAll(/^# /gm, '');
    expect(load([example, settings]).settings.slack).toMatchObject({ channel: '#security' });
  });
});

describe('the rendered configuration', () => {
  const files = [
    example,
    `slack: {token: "\${SLACK}"}\nloki: {basic_auth: {username: u, password: "\${P}"}}`,
  ];
  const env = { SLACK: 'xoxb-1', P: 'hunter2', DETECTOR_LOKI_POLL: '9s' };
  const rendered = renderConfig(load(files, env));

  test('means the same when it is loaded again', () => {
    const again = load([rendered], env);
    expect(JSON.stringify(again.settings.loki)).toBe(JSON.stringify(load(files, env).settings.loki));
    expect([...again.lists]).toEqual([...load(files, env).lists]);
    expect(renderConfig(again)).toBe(rendered);
  });

  test('shows defaults and what overrides them, but no secret', () => {
    expect(parse(rendered)).toMatchObject({
      loki: { poll: '9s', overlap: '30s', query_budget: { parallel: 4 } },
      slack: { token: `\${SLACK}`, channel: '#security' },
      rules: { paths: ['shipped'] },
    });
    expect(rendered).not.toMatch(/xoxb|hunter2/);
  });

  test('of nothing shows the lists that count all the same', () => {
    expect(parse(renderConfig(load([])))).toMatchObject({ lists: { terraform_roles: [] }, zones: {} });
  });
});
