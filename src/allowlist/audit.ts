import type { Micros } from '../event.ts';
import type { Finding } from '../finding.ts';
import { formatRfc3339 } from '../time.ts';
import type { AllowlistEntry } from './entries.ts';

/** What is questionable about an entry. */
export interface Doubt {
  readonly entry: AllowlistEntry;
  readonly kind: 'expired' | 'no-reason' | 'over-broad' | 'shadowed' | 'unused' | 'hides';
  readonly detail: string;
}

/** Findings that there would be without any exemption; undefined when no log was looked at. */
export type Unexempted = readonly Finding[] | undefined;

export const auditEntries = (
  entries: readonly AllowlistEntry[],
  now: Micros,
  hidden: Unexempted,
): readonly Doubt[] => entries.flatMap((entry) => doubtsOf(entry, { entries, now, hidden }));

interface Context {
  readonly entries: readonly AllowlistEntry[];
  readonly now: Micros;
  readonly hidden: Unexempted;
}

const doubtsOf = (entry: AllowlistEntry, { entries, now, hidden }: Context): readonly Doubt[] => {
  const doubts: Doubt[] = [];
  const doubt = (kind: Doubt['kind'], detail: string): void => {
    doubts.push({ entry, kind, detail });
  };
  if (entry.until !== undefined && entry.until <= now)
    doubt('expired', `ended ${formatRfc3339(entry.until).slice(0, 10)}: remove it`);
  if (entry.reason === undefined) doubt('no-reason', 'nobody wrote down why it is there');
  const broad = breadthOf(entry);
  if (broad !== undefined) doubt('over-broad', broad);
  const wider = entries.find((other) => isWider(other, entry));
  if (wider !== undefined) doubt('shadowed', `${wider.value} stands for it already`);
  if (hidden === undefined) return doubts;
  const hides = hidden.filter((finding) => hidesFinding(entry, finding));
  if (hides.length === 0) doubt('unused', 'it hid nothing in these logs');
  else doubt('hides', describeHidden(hides));
  return doubts;
};

const MOST_ADDRESSES_V4 = 12;
const MOST_ADDRESSES_V6 = 32;

/** Namespaces end here: whoever may create one gets a name that matches. */
const NAMESPACE_PREFIX = /^system:serviceaccount:[^:]*\*/;

const breadthOf = ({ kind, value }: AllowlistEntry): string | undefined => {
  if (kind === 'zone') {
    const [, length] = value.split('/');
    const shortest = value.includes(':') ? MOST_ADDRESSES_V6 : MOST_ADDRESSES_V4;
    return length !== undefined && Number(length) < shortest
      ? `more addresses than a /${shortest} has: nearly everything is inside`
      : undefined;
  }
  const [literal = ''] = value.split('*');
  if (!value.includes('*')) return undefined;
  if (literal.length < 4) return 'nearly every name matches';
  return NAMESPACE_PREFIX.test(value) ? 'it stands for accounts of every namespace that matches' : undefined;
};

const isWider = (other: AllowlistEntry, entry: AllowlistEntry): boolean => {
  if (other === entry || other.kind !== entry.kind || other.name !== entry.name) return false;
  if (other.until !== undefined) return false;
  if (entry.kind === 'list') return other.value !== entry.value && other.covers(entry.value);
  const [base = '', length] = entry.value.split('/');
  const [, otherLength] = other.value.split('/');
  return otherLength !== undefined && Number(otherLength) < Number(length ?? '129') && other.covers(base);
};

const hidesFinding = ({ kind, covers, rules }: AllowlistEntry, { rule, actor, peer }: Finding): boolean => {
  const subject = kind === 'zone' ? peer : actor;
  return subject !== undefined && rules.includes(rule) && covers(subject);
};

const describeHidden = (findings: readonly Finding[]): string => {
  const critical = findings.filter(({ severity }) => severity === 'critical').length;
  const rules = [...new Set(findings.map(({ rule }) => rule))].join(', ');
  return `${findings.length} findings of ${rules}, ${critical} of them critical`;
};
