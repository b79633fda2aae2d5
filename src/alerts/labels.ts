import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Labels } from '../event.ts';
import type { Finding, Severity } from '../finding.ts';
import { redactText } from '../redact.ts';
import { UNPRINTABLE, visibleEscape } from '../unprintable.ts';

/** Code and short name of a rule, from its file: `K4-interactive-access`. Titles change, silences must go on matching. */
export function alertName(code: string, file: string): string {
  const name = basename(file).replace(/\.ya?ml$/i, '');
  const own = name.toLowerCase().startsWith(`${code.toLowerCase()}-`) ? name.slice(code.length + 1) : name;
  return own === '' || own.toLowerCase() === code.toLowerCase() ? code : labelValue(`${code}-${own}`);
}

export interface LabelOptions {
  /** `alertname` of a rule. */
  readonly nameOf: (rule: string) => string;
  /** From the configuration. They never replace the alert's own: silences rely on those. */
  readonly configured: Labels;
}

/**
 * The labels by which Alertmanager tells alerts apart and silences match them: `alertname`, `rule`, `severity`,
 * `stream`, `actor` and `namespace` where known, and the configured ones. Few on purpose: each distinct set is one
 * alert there, so lines, times and ids are annotations.
 */
export function alertLabels(
  finding: Finding,
  severity: Severity,
  { nameOf, configured }: LabelOptions,
): Labels {
  const own: Record<string, string | undefined> = {
    alertname: nameOf(finding.rule),
    rule: finding.rule,
    severity,
    stream: finding.stream,
    actor: finding.actor,
    namespace: finding.namespace,
  };
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...configured, ...own })) {
    if (value !== undefined && value !== '') labels[name] = labelValue(value);
  }
  return labels;
}

const LONGEST = 200;

/**
 * A value as it can be shown and typed into a silence. A long one is cut and ends with a hash of the whole: two actors
 * that begin alike must not share a silence.
 */
export function labelValue(value: string): string {
  // A megabyte need not be looked at twice to be cut.
  const safe = redactText(value.slice(0, 20_000)).replace(UNPRINTABLE, visibleEscape);
  if (value.length <= 20_000 && safe.length <= LONGEST) return safe;
  const hash = createHash('sha256').update(value).digest('hex').slice(0, 8);
  return `${safe.slice(0, LONGEST).replace(/[\uD800-\uDBFF]$/, '')}…${hash}`;
}

/** The same for equal label sets, whatever the order. */
export const labelsFingerprint = (labels: Labels): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')
    .slice(0, 24);
