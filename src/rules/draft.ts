import type { YamlDocument, YamlMap } from '../yaml/yaml-tree.ts';
import { requireDetectorKeys } from './detector-keys.ts';
import { type Metadata, readMetadata, requireMetadata } from './metadata.ts';
import { entryOf, readMap } from './read-keys.ts';
import { createReport, type Profile, type Report } from './report.ts';

/** One document of a file, before its names are resolved. */
export interface Draft {
  readonly map: YamlMap;
  readonly metadata: Metadata;
  readonly kind: 'detection' | 'correlation';
  readonly section: YamlMap;
  /** Mistakes of this document alone: in a file of community rules the others still load. */
  readonly report: Report;
}

const KINDS = ['detection', 'correlation'] as const;

export interface DraftContext {
  readonly first: boolean;
  readonly profile: Profile;
  /** Gets the mistakes of a document that becomes no draft. */
  readonly fileReport: Report;
}

export const readDraft = (document: YamlDocument, context: DraftContext): Draft | undefined => {
  const { map } = document;
  const { first, profile, fileReport } = context;
  const report = createReport();
  const metadata = readMetadata(map, { first, profile, report });
  // What is missing from a document that was read in part only is not known.
  if (profile === 'strict' && document.sound) {
    requireMetadata(map, first, report);
    if (first) requireDetectorKeys(map, metadata.detector, report);
  }
  const kinds = KINDS.filter((kind) => entryOf(map, kind) !== undefined);
  const [kind, second] = kinds;
  const elsewhere = entryOf(map, 'filter') !== undefined || entryOf(map, 'action') !== undefined;
  if (kind === undefined && !elsewhere && document.sound)
    report.mistake(
      map.place,
      '`detection` is missing: what the rule looks for (or `correlation`: what it counts)',
    );
  if (second !== undefined)
    report.mistake(map.place, 'one document has `detection` or `correlation`: separate the two with `---`');
  const section = kind === undefined ? undefined : readMap(map, kind, report);
  if (kind !== undefined && section !== undefined && document.sound)
    return { map, metadata, kind, section, report };
  fileReport.mistakes.push(...report.mistakes);
  fileReport.warnings.push(...report.warnings);
  return undefined;
};
