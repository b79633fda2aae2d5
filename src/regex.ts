import { RE2JS } from 're2js';

/** A search for a regular expression anywhere in a text. */
export interface Regex {
  test(text: string): boolean;
}

/** RE2's own messages, with what to do about them. */
const WHY: readonly (readonly [RegExp, string])[] = [
  [/Perl syntax: `\(\?(?:<?[=!])/, 'look-around is not in the profile: use a second selection and `not`'],
  [/named capture: `\(\?<[=!]/, 'look-around is not in the profile: use a second selection and `not`'],
  [/Perl syntax: `\(\?>/, 'atomic groups are not in the profile: write a plain group'],
  [/escape sequence: `\\[1-9k]/, 'back-references are not in the profile: use `fieldref` to compare fields'],
  [/repeat count/, 'a repetition of at most 1000 is allowed'],
  [/nested repetition/, 'a repetition of a repetition (possessive `*+`, `**`) is not in the profile'],
];

/**
 * Compiles the linear-time subset. Values are chosen by an attacker, and a backtracking engine takes exponential time
 * for patterns like `(a+)+$`; RE2 simulates an automaton, so that time is linear in the value whatever the pattern.
 * It also looks for the literals that a match must contain first, which is what most values fail.
 */
export const compileRegex = (source: string, flags: string): Regex | { readonly reason: string } => {
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  try {
    const compiled = RE2JS.compile(source, bits);
    return { test: (text) => compiled.test(text) };
  } catch (error) {
    const said =
      error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    const why = WHY.find(([pattern]) => pattern.test(said))?.[1];
    return { reason: why === undefined ? said : `${said}; ${why}` };
  }
};
