import { type Document, visit, type YAMLError } from 'yaml';

/** What the parser's codes mean to a person. */
const SAID: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'YAML is indented with spaces, not tabs',
  BAD_ALIAS: 'a plain `*` begins an alias in YAML: put the value in quotes ("*")',
  BLOCK_AS_IMPLICIT_KEY: 'a `: ` inside a plain value: put the value in quotes',
};

/** The parser notices a missing quote at the end of the file; what helps is where the quote was opened. */
const openingOf = (document: Document.Parsed, end: number): number => {
  let opening = end;
  visit(document, {
    Scalar: (_key, { range, type }) => {
      const quoted = type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE';
      if (quoted && range && range[0] < end && range[1] >= end) opening = range[0];
    },
  });
  return opening;
};

/** Where a syntax error stands, and what to do about it. */
export const explainSyntax = (
  { text, kind }: { readonly text: string; readonly kind: { readonly files: string } },
  document: Document.Parsed,
  { code, message, pos }: YAMLError,
): { readonly offset: number; readonly message: string } => {
  const [offset] = pos;
  switch (code) {
    case 'DUPLICATE_KEY': {
      const key = /^[^\s:]*/.exec(text.slice(offset, offset + 80))?.[0] ?? '';
      return { offset, message: `\`${key}\` is here twice: keep one of them` };
    }
    case 'TAG_RESOLVE_FAILED':
      return { offset, message: `YAML tags (\`!name\`) are not part of ${kind.files}` };
    case 'RESOURCE_EXHAUSTION':
      // where the stack ends differs from machine to machine
      return { offset: 0, message: 'nested too deep to be read' };
    case 'MISSING_CHAR':
      return { offset: openingOf(document, offset), message: `this is no YAML: ${message}` };
    default:
      return { offset, message: SAID[code] ?? `this is no YAML: ${message}` };
  }
};
