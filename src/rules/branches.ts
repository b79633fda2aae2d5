import type { Format } from '../event.ts';
import { suggest } from '../nearest.ts';
import { placeWithin } from '../yaml/yaml-tree.ts';
import type { RuleContext } from './context.ts';
import { type Correlation, readCorrelation } from './correlation.ts';
import { readDetection } from './detection.ts';
import type { Draft } from './draft.ts';
import { type CheckField, createFieldCheck } from './field-names.ts';
import type { Text } from './read-keys.ts';
import type { Profile } from './report.ts';
import type { Branch, Summary } from './rule.ts';
import { parseSummary } from './summary.ts';

/** A document with the name that its branch gets. */
export interface NamedDraft {
  readonly draft: Draft;
  readonly name: string;
}

/** The documents of one rule; the first holds what the others inherit. */
export interface Assembly {
  readonly drafts: readonly [NamedDraft, ...NamedDraft[]];
  readonly format: Format | undefined;
  readonly context: RuleContext;
  readonly profile: Profile;
}

const checkTexts = (texts: readonly Text[] | undefined, checkField: CheckField): void => {
  for (const { value, place } of texts ?? []) checkField(value, place);
};

const readSummary = ({ metadata, report }: Draft, checkField: CheckField): Summary | undefined => {
  const { summary } = metadata.detector;
  if (summary === undefined) return undefined;
  return parseSummary(summary, report, (field, text, index) => checkField(field, placeWithin(text, index)));
};

/** The documents that a correlation counts, by name or id. */
const resolve = (correlation: Correlation, own: Draft, drafts: readonly NamedDraft[]): readonly string[] =>
  correlation.rules.flatMap(({ value, place }) => {
    const found = drafts.find(({ name, draft }) => name === value || draft.metadata.id?.value === value);
    if (found?.draft.kind === 'detection') return [found.name];
    const plain = drafts.filter(({ draft }) => draft.kind === 'detection').map(({ name }) => name);
    const why =
      found === undefined ? `this file has no document \`${value}\`` : `\`${value}\` is a correlation itself`;
    own.report.mistake(place, `${why}: ${suggest(value, plain)}`);
    return [];
  });

const readBody = (draft: Draft, { drafts, context, profile }: Assembly, checkField: CheckField) => {
  const { section, report } = draft;
  if (draft.kind === 'detection') {
    const { lists, zones } = context;
    const condition = readDetection(section, { lists, zones, profile, report, checkField });
    return condition === undefined ? undefined : { kind: 'detection' as const, condition };
  }
  const correlation = readCorrelation(section, checkField, report);
  if (correlation === undefined) return undefined;
  const { rules: _named, ...count } = correlation;
  return { kind: 'count' as const, ...count, of: resolve(correlation, draft, drafts) };
};

/** The branches of a rule. What cannot be told is reported in its draft and left out. */
export const readBranches = (assembly: Assembly): readonly Branch[] => {
  const { drafts, format, context } = assembly;
  const derived = format === undefined ? [] : context.derivedFields(format);
  const base = drafts[0].draft;
  let baseSummary: Summary | undefined;
  const branches = drafts.flatMap(({ draft, name }) => {
    const { metadata, report, map } = draft;
    const { detector } = metadata;
    const checkField = createFieldCheck(format, derived, report);
    for (const texts of [metadata.fields, detector.requires, detector.key]) checkTexts(texts, checkField);
    const title = metadata.title?.value ?? name;
    const summary = readSummary(draft, checkField);
    if (draft === base) baseSummary = summary;
    const body = readBody(draft, assembly, checkField);
    if (body === undefined) return [];
    const common = {
      name,
      title,
      severity: metadata.severity ?? ('info' as const),
      verified: detector.verified ?? true,
      summary: summary ?? baseSummary ?? [title],
      requires: (detector.requires ?? base.metadata.detector.requires ?? []).map(({ value }) => value),
      line: map.place.line,
    };
    return [{ ...common, ...body }];
  });
  const counted = new Set(branches.flatMap((branch) => (branch.kind === 'count' ? branch.of : [])));
  return branches.map((branch) =>
    branch.kind === 'count' ? branch : { ...branch, countedOnly: counted.has(branch.name) },
  );
};
