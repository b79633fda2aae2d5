/** The value of a quoted Go string, or why it is none. LogQL quotes like Go: `"…"` with escapes, or raw between back-ticks. */
export function unquote(quoted: string): string | { readonly problem: string } {
  const body = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return body;
  let value = '';
  for (const [piece, escaped] of body.matchAll(ESCAPE_OR_TEXT)) {
    const read = escaped === undefined ? piece : readEscape(escaped);
    if (read === undefined) {
      return {
        problem: `${piece.slice(0, 12)} is no escape that LogQL knows: write \\\\ for a backslash, or use back-ticks`,
      };
    }
    value += read;
  }
  return value;
}

const ESCAPE_OR_TEXT = /\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{3}|[\s\S])|[^\\]+/g;

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

function readEscape(code: string): string | undefined {
  if (code.length === 1) return SIMPLE[code];
  const octal = /^[0-7]{3}$/.test(code);
  const point = octal ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}
