import { type Html, html } from './html.ts';
import { plural, section } from './parts.ts';
import type { ReportInput } from './report.ts';

/** Names of the techniques that the shipped rules are tagged with (MITRE ATT&CK, Enterprise). */
const NAMES: Readonly<Record<string, string>> = {
  T1021: 'Remote Services',
  'T1021.004': 'SSH',
  T1078: 'Valid Accounts',
  'T1078.004': 'Cloud Accounts',
  T1090: 'Proxy',
  T1098: 'Account Manipulation',
  'T1098.006': 'Additional Container Cluster Roles',
  T1110: 'Brute Force',
  'T1134.003': 'Make and Impersonate Token',
  T1485: 'Data Destruction',
  T1489: 'Service Stop',
  T1528: 'Steal Application Access Token',
  'T1552.007': 'Container API Credentials',
  'T1562.008': 'Disable or Modify Cloud Logs',
  'T1562.012': 'Disable or Modify Linux Audit System',
  T1609: 'Container Administration Command',
};

/** One tile a technique: which rules watch it, and what they found. */
export const renderAttack = ({ tolds, rules, summary }: ReportInput): Html => {
  const blind = new Set(summary.blind.map(({ rule }) => rule));
  const absent = new Set(summary.notApplicable.map(({ rule }) => rule));
  const techniques = new Map<string, string[]>();
  for (const { code, tags } of rules) {
    for (const tag of tags.filter((each) => /^attack\.t\d/i.test(each))) {
      const technique = tag.slice('attack.'.length).toUpperCase();
      techniques.set(technique, [...(techniques.get(technique) ?? []), code]);
    }
  }
  const tiles = [...techniques].sort().map(([technique, codes]) => {
    const found = tolds.filter(({ finding }) => codes.includes(finding.rule)).length;
    const able = codes.some((code) => !blind.has(code) && !absent.has(code));
    const state = found > 0 ? 'found' : able ? 'watched' : 'unseen';
    const says =
      found > 0 ? plural(found, 'finding') : able ? 'watched, nothing found' : 'not covered by this input';
    return html`<li class="tile ${state}"><strong>${technique}</strong> <span>${NAMES[technique] ?? ''}</span><span>${says}</span><span class="quiet">${codes.join(', ')}</span></li>`;
  });
  return section(
    'attack',
    'ATT&CK',
    'Techniques that the enabled rules watch.',
    html`<ul class="tiles">${tiles}</ul>`,
  );
};
