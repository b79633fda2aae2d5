import type { Rule } from '../rules/rule.ts';
import type { ApiserverFlags } from './apiserver-flags.ts';
import { detectionsOf, neededLevel } from './needs.ts';
import type { Row } from './row.ts';
import { rowsFor } from './setting-rows.ts';

/** Of kube-apiserver: `--audit-log-truncate-max-event-size`. */
const DEFAULT_EVENT_SIZE = 102_400;

/** What the flags of the API server take away from the Kubernetes rules. Nothing to say is no row. */
export const flagRows = (rules: readonly Rule[], flags: ApiserverFlags): readonly Row[] => {
  const ours = rules.filter(({ format }) => format === 'kube-audit');
  const missing = ['audit-policy-file', 'audit-log-path'].find((name) => !flags.values.has(name));
  if (missing !== undefined)
    return rowsFor(ours, {
      alternative: 'any request',
      state: 'blind',
      why: `--${missing} is not set: the API server writes no audit log file`,
      where: { file: flags.file, line: 1 },
      fix: `set --${missing}`,
    });
  return [...legacyRows(ours, flags), ...truncationRows(ours, flags), ...modeRows(ours, flags)];
};

const at = ({ file, values }: ApiserverFlags, name: string) => ({ file, line: values.get(name)?.line ?? 1 });

const legacyRows = (rules: readonly Rule[], flags: ApiserverFlags): readonly Row[] =>
  flags.values.get('audit-log-format')?.value !== 'legacy'
    ? []
    : rowsFor(rules, {
        alternative: 'any request',
        state: 'blind',
        why: 'the legacy format is one line of text without the fields that rules need',
        where: at(flags, 'audit-log-format'),
        fix: 'set --audit-log-format=json',
      });

const truncationRows = (rules: readonly Rule[], flags: ApiserverFlags): readonly Row[] => {
  const enabled = flags.values.get('audit-log-truncate-enabled');
  if (enabled === undefined || enabled.value !== 'true') return [];
  const given = Number(flags.values.get('audit-log-truncate-max-event-size')?.value ?? DEFAULT_EVENT_SIZE);
  const limit = Number.isFinite(given) ? given : DEFAULT_EVENT_SIZE;
  const where = at(
    flags,
    flags.values.has('audit-log-truncate-max-event-size')
      ? 'audit-log-truncate-max-event-size'
      : 'audit-log-truncate-enabled',
  );
  const fix = "turn truncation off, and raise Loki's max_line_size to 2MB so that Loki takes the lines";
  return [
    ...rowsFor(rules.filter(needsContent), {
      alternative: `an object that makes the event longer than ${limit} bytes`,
      state: 'unverified',
      why: 'truncation cuts the bodies out; the finding then says that it could not look (D3 tells of each)',
      where,
      fix,
    }),
    ...rowsFor(rules, {
      alternative: `a request whose address alone is longer than ${limit} bytes`,
      state: 'blind',
      why: 'an event that is too long without its bodies is not written at all, and a client chooses its query string',
      where,
      fix,
    }),
  ];
};

const needsContent = (rule: Rule): boolean =>
  detectionsOf(rule).some((branch) => neededLevel(branch, 'create') !== 'Metadata');

const modeRows = (rules: readonly Rule[], flags: ApiserverFlags): readonly Row[] =>
  flags.values.get('audit-log-mode')?.value !== 'batch'
    ? []
    : rowsFor(rules, {
        alternative: 'a request in a burst',
        state: 'unverified',
        why: 'in batch mode events that come faster than they are written are dropped once the buffer is full',
        where: at(flags, 'audit-log-mode'),
        fix: 'set --audit-log-mode=blocking (the default)',
      });
