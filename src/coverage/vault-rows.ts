import { nodeAt, readTree, type TreeEntry, type TreeMap } from '../config/tree.ts';
import { ConfigError } from '../errors.ts';
import type { Rule } from '../rules/rule.ts';
import { compareStates, type Row } from './row.ts';
import { type Judgement, rowsFor } from './setting-rows.ts';

/**
 * What the audit devices (`vault audit list -detailed -format=json`) let the Vault rules see. The best device counts:
 * which of them is shipped to Loki is not Vault's business. Throws `ConfigError` for a file that is something else.
 */
export const vaultAuditRows = (rules: readonly Rule[], file: string, text: string): readonly Row[] => {
  const { tree, mistakes } = readTree(file, text);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const devices = [...tree.entries].flatMap(([name, entry]) => deviceOf(name, entry, file));
  const ours = rules.filter(({ format }) => format === 'vault-audit');
  if (devices.length === 0)
    return rowsFor(ours, {
      alternative: 'any request',
      state: 'blind',
      why: 'Vault has no audit device: it logs nothing and does not complain',
      where: { file, line: tree.place.line },
      fix: 'vault audit enable file file_path=/vault/audit/audit.log',
    });
  const [best] = devices.map((device) => judge(device, file)).sort((a, b) => compareStates(a.state, b.state));
  return best === undefined ? [] : rowsFor(ours, best);
};

interface Device {
  readonly name: string;
  readonly line: number;
  readonly type: string;
  readonly option: (key: string) => { readonly value: string; readonly line: number } | undefined;
}

const deviceOf = (name: string, { keyPlace, value }: TreeEntry, file: string): readonly Device[] => {
  if (value.kind !== 'map' || !value.entries.has('type')) {
    const message = `\`${name}\` is no audit device: give the output of \`vault audit list -detailed -format=json\``;
    throw new ConfigError([{ place: { ...keyPlace, file }, message }]);
  }
  const options = nodeAt(value, ['options']);
  return [
    {
      name,
      line: keyPlace.line,
      type: scalarOf(value, 'type')?.value ?? '',
      option: (key) => (options?.kind === 'map' ? scalarOf(options, key) : undefined),
    },
  ];
};

const scalarOf = (map: TreeMap, key: string) => {
  const node = map.entries.get(key)?.value;
  return node?.kind === 'scalar' && node.value !== null
    ? { value: String(node.value), line: node.place.line }
    : undefined;
};

const judge = (device: Device, file: string): Judgement => {
  const alternative = `device ${device.name}`;
  const said = (key: string) => device.option(key);
  const where = (key: string) => ({ file, line: said(key)?.line ?? device.line });
  if (said('format')?.value === 'jsonx')
    return {
      alternative,
      state: 'blind',
      why: 'jsonx is XML without line ends',
      where: where('format'),
      fix: 'enable a device with format=json',
    };
  const path = said('file_path');
  if (path !== undefined && ['discard', '/dev/null'].includes(path.value))
    return {
      alternative,
      state: 'blind',
      why: `the device writes to ${path.value}`,
      where: where('file_path'),
      fix: 'enable a device with a real file_path',
    };
  if ((said('prefix')?.value ?? '') !== '')
    return {
      alternative,
      state: 'blind',
      why: 'text before the JSON of each line (prefix) makes it undecodable',
      where: where('prefix'),
      fix: 'enable a device without prefix',
    };
  const filter = ['filter', 'exclude'].find((key) => (said(key)?.value ?? '') !== '');
  if (filter !== undefined)
    return {
      alternative,
      state: 'unverified',
      why: `\`${filter}\` keeps something out of this device, maybe what a rule needs`,
      where: where(filter),
      fix: 'ship a device without filter and exclude',
    };
  if (said('log_raw')?.value === 'true')
    return {
      alternative,
      state: 'can_fire',
      why: 'but log_raw puts every secret into the log in clear',
      where: where('log_raw'),
      fix: 'set log_raw=false: no rule needs it',
    };
  return {
    alternative,
    state: 'can_fire',
    why: `a ${device.type} device with JSON lines`,
    where: { file, line: device.line },
    fix: undefined,
  };
};

const ADDRESS_RULES = (rule: Rule): boolean =>
  rule.format === 'vault-audit' &&
  rule.branches.some(({ requires }) => requires.includes('request.remote_address'));

/** What the listener (Vault's configuration file, or `sys/config/state/sanitized`) says about who the caller is. */
export const vaultListenerRows = (rules: readonly Rule[], file: string, text: string): readonly Row[] => {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes('x_forwarded_for_authorized_addrs'));
  const ours = rules.filter(ADDRESS_RULES);
  const alternative = 'a caller behind a proxy';
  if (at < 0)
    return rowsFor(ours, {
      alternative,
      state: 'unverified',
      why: 'no forwarded address is believed: right for direct connections; behind a proxy every caller has its address',
      where: { file, line: 1 },
      fix: 'behind a proxy, set x_forwarded_for_authorized_addrs to its addresses alone',
    });
  const where = { file, line: at + 1 };
  const open = /(?:0\.0\.0\.0|::)\/0/.test(lines.slice(at, at + 5).join(' '));
  return rowsFor(
    ours,
    open
      ? {
          alternative,
          state: 'blind',
          why: 'everybody is believed about their address: whoever calls can claim a trusted one',
          where,
          fix: 'list the addresses of the proxies alone',
        }
      : {
          alternative,
          state: 'can_fire',
          why: 'the address is taken from listed proxies alone',
          where,
          fix: undefined,
        },
  );
};
