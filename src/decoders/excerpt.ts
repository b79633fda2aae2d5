const EXCERPT = 80;

/** Control, format (bidi, zero width) and line-separating characters, and halves of a code point. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The start of `text` for people: one line, no control characters, at most `limit` characters and an ellipsis. */
export const excerpt = (text: string, limit = EXCERPT): string => {
  const points = Array.from(text.slice(0, limit * 2));
  const shown = points.slice(0, limit).join('').replace(UNPRINTABLE, '\ufffd');
  return points.length > limit || text.length > limit * 2 ? `${shown}…` : shown;
};
