import { type Mistake, RuleError } from '../errors.ts';
import { parseYaml, type YamlKind } from '../yaml/yaml-tree.ts';
import { assemble, checkAgreement, codeOf } from './assemble.ts';
import type { NamedDraft } from './branches.ts';
import { groupDocuments, nameOf } from './community.ts';
import type { RuleContext } from './context.ts';
import { type Draft, readDraft } from './draft.ts';
import { createReport, type Profile, type Report } from './report.ts';
import type { Rule } from './rule.ts';
import { createUniqueness, type Uniqueness } from './unique.ts';

const RULE_FILES: YamlKind = {
  files: 'rule files',
  holds: 'rule',
  shape: 'a rule is a map of keys (`title: …`)',
  mayBeEmpty: false,
  sharedWithSigmaTools: true,
};

export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

export interface LoadedRules {
  /** Rules without a mistake, in the order of the files. */
  readonly rules: readonly Rule[];
  readonly mistakes: readonly Mistake[];
  /** What is allowed and probably not meant. */
  readonly warnings: readonly Mistake[];
}

interface Loading {
  readonly context: RuleContext;
  readonly profile: Profile;
  readonly unique: Uniqueness;
}

type Group = readonly [NamedDraft, ...NamedDraft[]];

const isGroup = (drafts: readonly NamedDraft[]): drafts is Group => drafts.length > 0;

const groupsOf = (drafts: readonly NamedDraft[], profile: Profile): readonly Group[] =>
  (profile === 'strict' ? [drafts] : groupDocuments(drafts)).filter(isGroup);

const readFile = (
  file: RuleFile,
  { context, profile, unique }: Loading,
  fileReport: Report,
): readonly Rule[] => {
  const documents = parseYaml({ file: file.path, text: file.text }, RULE_FILES, fileReport);
  const drafts: readonly Draft[] = documents.flatMap((document, index) => {
    const draft = readDraft(document, { first: index === 0, profile, fileReport });
    return draft === undefined ? [] : [draft];
  });
  const named = drafts.map((draft) => ({ draft, name: nameOf(draft) }));
  checkAgreement(named, profile);
  const rules = groupsOf(named, profile).flatMap((group) => {
    const wanted = profile === 'strict' ? codeOf(group[0].name) : group[0].name;
    const code = unique.claim(wanted, group);
    const rule = assemble({ code, file: file.path, drafts: group, context, profile });
    return rule === undefined ? [] : [rule];
  });
  const whole = profile === 'sigma' || fileReport.mistakes.length === 0;
  for (const { report } of drafts) {
    fileReport.mistakes.push(...report.mistakes);
    fileReport.warnings.push(...report.warnings);
  }
  return whole ? rules : [];
};

const byPlace = (a: Mistake, b: Mistake): number =>
  a.place.line - b.place.line || a.place.column - b.place.column;

/**
 * Reads rule files and tells everything that is wrong with them. `sigma` is for community rules: metadata may be
 * missing, and a rule with a mistake does not keep the others of its file from loading.
 */
export const checkRules = (
  files: readonly RuleFile[],
  context: RuleContext,
  profile: Profile = 'strict',
): LoadedRules => {
  const loading: Loading = { context, profile, unique: createUniqueness(profile) };
  const rules: Rule[] = [];
  const mistakes: Mistake[] = [];
  const warnings: Mistake[] = [];
  for (const file of files) {
    const report = createReport();
    rules.push(...readFile(file, loading, report));
    mistakes.push(...report.mistakes.sort(byPlace));
    warnings.push(...report.warnings.sort(byPlace));
  }
  return { rules, mistakes, warnings };
};

/** As `checkRules`, for callers that want all rules or none: throws `RuleError` with every mistake. */
export const loadRules = (
  files: readonly RuleFile[],
  context: RuleContext,
  profile: Profile = 'strict',
): readonly Rule[] => {
  const { rules, mistakes } = checkRules(files, context, profile);
  if (mistakes.length > 0) throw new RuleError(mistakes);
  return rules;
};
