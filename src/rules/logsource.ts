import type { Format } from '../event.ts';
import type { YamlMap } from '../yaml/yaml-tree.ts';
import { entryOf, isText, readMap, reportUnknownKeys } from './read-keys.ts';
import type { Profile, Report } from './report.ts';

export type Logsource = Readonly<Record<string, string>>;

/** Which decoder serves which log source, by `product/service`. */
const FORMATS: Readonly<Record<string, Format>> = {
  'kubernetes/audit': 'kube-audit',
  'vault/audit': 'vault-audit',
  'linux/sshd': 'sshd',
  'linux/netfilter': 'netfilter',
  'bsd/pf': 'pf',
  'linux/vlmcsd': 'vlmcsd',
  'detector/pipeline': 'pipeline',
};

const KEYS = ['category', 'product', 'service', 'definition'];

export const formatOf = ({ category, product, service }: Logsource): Format | undefined =>
  category === undefined ? FORMATS[`${product}/${service}`] : undefined;

export const sameLogsource = (a: Logsource, b: Logsource): boolean =>
  a['category'] === b['category'] && a['product'] === b['product'] && a['service'] === b['service'];

export const readLogsource = (map: YamlMap, profile: Profile, report: Report): Logsource | undefined => {
  const section = readMap(map, 'logsource', report);
  if (section === undefined) return undefined;
  if (profile === 'strict') reportUnknownKeys(section, KEYS, report);
  const logsource: Record<string, string> = {};
  for (const key of KEYS) {
    const entry = entryOf(section, key);
    if (entry === undefined) continue;
    if (isText(entry.value)) logsource[key] = entry.value.value;
    else report.mistake(entry.value.place, `\`${key}\` must be text`);
  }
  if (profile === 'strict' && formatOf(logsource) === undefined)
    report.mistake(
      section.place,
      `no decoder serves this log source; valid (product/service): ${Object.keys(FORMATS).join(', ')}`,
    );
  return logsource;
};
