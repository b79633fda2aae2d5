import type { Place } from '../errors.ts';
import type { NamedDraft } from './branches.ts';
import type { Profile } from './report.ts';

/** Codes and ids across all files: alerts, silences and expectations name rules by them. */
export interface Uniqueness {
  /** The code that the rule gets: `wanted`, or with a number behind it where community rules share a title. */
  claim(wanted: string, drafts: readonly NamedDraft[]): string;
}

const formatPlace = ({ file, line }: Place): string => `${file}:${line}`;

export const createUniqueness = (profile: Profile): Uniqueness => {
  const codes = new Map<string, Place>();
  const ids = new Map<string, Place>();
  const claimIds = (drafts: readonly NamedDraft[]): void => {
    for (const { draft } of drafts) {
      const { id } = draft.metadata;
      if (id === undefined) continue;
      const before = ids.get(id.value.toLowerCase());
      if (before === undefined) ids.set(id.value.toLowerCase(), id.place);
      else
        draft.report.mistake(id.place, `this id is already taken at ${formatPlace(before)}: make a new UUID`);
    }
  };
  const numbered = (wanted: string): string => {
    let number = 2;
    while (codes.has(`${wanted}-${number}`)) number++;
    return `${wanted}-${number}`;
  };
  return {
    claim: (wanted, drafts) => {
      if (profile === 'strict') claimIds(drafts);
      const draft = drafts[0]?.draft;
      const place = draft?.metadata.name?.place ?? draft?.map.place;
      const before = codes.get(wanted);
      const code = before === undefined || profile === 'strict' ? wanted : numbered(wanted);
      if (before !== undefined && profile === 'strict' && draft !== undefined && place !== undefined)
        draft.report.mistake(place, `the code \`${wanted}\` is already taken at ${formatPlace(before)}`);
      else if (place !== undefined) codes.set(code, place);
      return code;
    },
  };
};
