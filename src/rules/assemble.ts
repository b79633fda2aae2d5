import { type NamedDraft, readBranches } from './branches.ts';
import type { RuleContext } from './context.ts';
import type { Draft } from './draft.ts';
import { formatOf, type Logsource, sameLogsource } from './logsource.ts';
import type { Text } from './read-keys.ts';
import type { Profile } from './report.ts';
import type { Branch, Rule } from './rule.ts';

/** The part of a name before the dot: `K5` of `K5.delete`. */
export const codeOf = (name: string): string => name.split('.')[0] ?? name;

const values = (texts: readonly Text[] | undefined): readonly string[] =>
  (texts ?? []).map(({ value }) => value);

/** Correlations of other authors have none: then the documents that they count say it. */
const logsourceOf = (drafts: readonly NamedDraft[]): Logsource | undefined =>
  drafts.find(({ draft }) => draft.metadata.logsource !== undefined)?.draft.metadata.logsource;

export interface Parts {
  readonly code: string;
  readonly file: string;
  readonly drafts: readonly [NamedDraft, ...NamedDraft[]];
  readonly context: RuleContext;
  readonly profile: Profile;
}

const toRule = ({ code, file, drafts }: Parts, branches: readonly Branch[]): Rule => {
  const { metadata } = drafts[0].draft;
  const logsource = logsourceOf(drafts) ?? {};
  const { key, quietPeriodMs } = metadata.detector;
  return {
    code,
    id: metadata.id?.value ?? code,
    title: branches.find(({ name }) => name === code)?.title ?? metadata.title?.value ?? code,
    status: metadata.status?.value ?? '',
    description: metadata.description?.value ?? '',
    tags: values(metadata.tags),
    falsepositives: values(metadata.falsepositives),
    references: values(metadata.references),
    logsource,
    format: formatOf(logsource),
    fields: values(metadata.fields),
    key: key === undefined ? undefined : values(key),
    quietPeriodMs,
    file,
    branches,
  };
};

/** Makes one rule of its documents; undefined when one of them has a mistake. */
export const assemble = (parts: Parts): Rule | undefined => {
  const { drafts, context, profile } = parts;
  const logsource = logsourceOf(drafts);
  // Community rules are tried on any JSON log, where no field is derived.
  const format = logsource === undefined || profile === 'sigma' ? undefined : formatOf(logsource);
  const branches = readBranches({ drafts, format, context, profile });
  return drafts.some(({ draft }) => draft.report.mistakes.length > 0) ? undefined : toRule(parts, branches);
};

/** Names within a file are unique (titles that stand for them need not be); our own rules also keep to one code and one log source. */
export const checkAgreement = (drafts: readonly NamedDraft[], profile: Profile): void => {
  const [base] = drafts;
  const names = new Set<string>();
  for (const { draft, name } of drafts) {
    const { report, metadata, map } = draft;
    const place = metadata.name?.place ?? map.place;
    if (names.has(name) && (profile === 'strict' || metadata.name !== undefined))
      report.mistake(place, `the name \`${name}\` is already taken by a document of this file`);
    names.add(name);
    if (base === undefined || profile === 'sigma') continue;
    const code = codeOf(base.name);
    if (codeOf(name) !== code)
      report.mistake(
        place,
        `a file holds one rule: the code of \`${name}\` must be \`${code}\`, as in the first document`,
      );
    checkLogsource(draft, base.draft);
  }
};

const checkLogsource = ({ metadata, report, map }: Draft, base: Draft): void => {
  const [own, first] = [metadata.logsource, base.metadata.logsource];
  if (own !== undefined && first !== undefined && !sameLogsource(own, first))
    report.mistake(
      map.place,
      '`logsource` differs from the first document of the file: a rule reads one log source',
    );
};
