import { UNPRINTABLE, visibleEscape } from '../unprintable.ts';

const EXCERPT = 80;

/** The start of `text` for people: one line, at most `limit` characters of it, what is unprintable as an escape. */
export const excerpt = (text: string, limit = EXCERPT): string => {
  const points = Array.from(text.slice(0, limit * 2));
  const shown = points.slice(0, limit).join('').replace(UNPRINTABLE, visibleEscape);
  return points.length > limit || text.length > limit * 2 ? `${shown}…` : shown;
};
