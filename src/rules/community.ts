import type { NamedDraft } from './branches.ts';
import type { Draft } from './draft.ts';
import { entryOf, isText } from './read-keys.ts';

const LONGEST_NAME = 60;

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, LONGEST_NAME);

/** Community rules seldom have a `name`: a short form of the title, else the id, stands for it. */
export const nameOf = ({ metadata, map }: Draft): string => {
  const { name, title, id } = metadata;
  const short = slug(title?.value ?? '');
  if (name !== undefined) return name.value;
  return short !== '' ? short : (id?.value ?? `line-${map.place.line}`);
};

const referencesOf = ({ draft }: NamedDraft): readonly string[] => {
  if (draft.kind !== 'correlation') return [];
  const value = entryOf(draft.section, 'rules')?.value;
  const nodes = value?.kind === 'list' ? value.items : value === undefined ? [] : [value];
  return nodes.filter(isText).map((node) => node.value);
};

const namesOf = ({ draft: { metadata } }: NamedDraft): readonly string[] =>
  [metadata.name, metadata.id].flatMap((text) => (text === undefined ? [] : [text.value]));

/**
 * Documents of a file that belong to one rule: a correlation with what it counts. All others are rules of their own.
 * The correlation comes first, since it is what fires.
 */
export const groupDocuments = (drafts: readonly NamedDraft[]): readonly (readonly NamedDraft[])[] => {
  let groups: (readonly NamedDraft[])[] = drafts.map((draft) => [draft]);
  for (const draft of drafts) {
    const wanted = new Set(referencesOf(draft));
    if (wanted.size === 0) continue;
    const belongs = (other: NamedDraft): boolean =>
      other === draft || namesOf(other).some((name) => wanted.has(name));
    const joined = groups.filter((group) => group.some(belongs)).flat();
    groups = [...groups.filter((group) => !group.some(belongs)), joined];
  }
  const rank = ({ draft }: NamedDraft): number => (draft.kind === 'correlation' ? 0 : 1);
  return groups.map((group) => [...group].sort((a, b) => rank(a) - rank(b)));
};
