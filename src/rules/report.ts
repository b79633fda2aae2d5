import type { Mistake, Place } from '../errors.ts';

/** `strict`: our own rules. `sigma`: community rules, where metadata may be missing. The language is the same. */
export type Profile = 'strict' | 'sigma';

/** Collects what is wrong, so that a user sees all of it at once. */
export interface Report {
  readonly mistakes: Mistake[];
  readonly warnings: Mistake[];
  mistake(place: Place, message: string): void;
  warning(place: Place, message: string): void;
}

export const createReport = (): Report => {
  const mistakes: Mistake[] = [];
  const warnings: Mistake[] = [];
  return {
    mistakes,
    warnings,
    mistake: (place, message) => void mistakes.push({ place, message }),
    warning: (place, message) => void warnings.push({ place, message }),
  };
};
