import { stringify } from 'yaml';
import type { GroupResources } from './audit-policy.ts';
import type { WantedRule } from './generate-policy.ts';

/** The policy as a file for `--audit-policy-file`; `notes` stand at its top. */
export const writePolicy = (rules: readonly WantedRule[], notes: readonly string[]): string =>
  [
    ...notes.map(comment),
    'apiVersion: audit.k8s.io/v1',
    'kind: Policy',
    '# managedFields tell who owns a field; no rule asks for them.',
    'omitManagedFields: true',
    'rules:',
    ...rules.flatMap(ruleLines),
    '  # Nothing else is recorded.',
    '  - level: None',
    '',
  ].join('\n');

const comment = (text: string): string => (text === '' ? '#' : `# ${text}`);

const flow = (texts: readonly string[]): string =>
  stringify(texts, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();

const ruleLines = (rule: WantedRule): readonly string[] => {
  const lists = (['users', 'userGroups', 'verbs', 'namespaces', 'nonResourceURLs', 'omitStages'] as const)
    .filter((key) => rule[key].length > 0)
    .map((key) => `    ${key}: ${flow(rule[key])}`);
  const resources =
    rule.resources.length === 0 ? [] : ['    resources:', ...rule.resources.flatMap(groupLines)];
  return [
    ...rule.why.map((line) => `  ${comment(line)}`),
    `  - level: ${rule.level}`,
    ...lists,
    ...resources,
  ];
};

const groupLines = ({ group, resources, resourceNames }: GroupResources): readonly string[] => [
  `      - group: ${JSON.stringify(group)}`,
  `        resources: ${flow(resources)}`,
  ...(resourceNames.length === 0 ? [] : [`        resourceNames: ${flow(resourceNames)}`]),
];
