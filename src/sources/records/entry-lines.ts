const NEWLINE = 10;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

/** `{ data: { result: [ { values: [` are five brackets; an entry is the array that opens within them. */
const ENTRY_DEPTH = 5;

/** Where the string that begins at `from` ends. */
const endOfString = (text: string, from: number): number => {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
};

/**
 * The lines in which the entries of an indented query_range answer begin; empty when it stands on one line.
 * `text` must be valid JSON.
 */
export const entryLines = (text: string): readonly number[] => {
  const numbers: number[] = [];
  if (!text.trim().includes('\n')) return numbers;
  let line = 1;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === NEWLINE) line++;
    else if (OPEN.has(code)) {
      if (depth === ENTRY_DEPTH && code === 0x5b) numbers.push(line);
      depth++;
    } else if (CLOSE.has(code)) depth--;
  }
  return numbers;
};
