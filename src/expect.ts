import type { Line } from './event.ts';
import type { Expectation, Expected } from './expectation.ts';
import type { Finding, Severity } from './finding.ts';
import { redactText } from './redact.ts';

/** A finding, as far as an expectation can speak of it. */
export interface Found {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly severity: Severity;
  readonly verified: boolean;
  readonly summary: string;
  /** Of the line, as far as known: untrusted, without secrets, cut. */
  readonly text: string;
}

/** How findings differ from what was expected; all empty when they do not. */
export interface Difference {
  readonly expectation: Expectation;
  readonly missing: readonly { readonly expected: Expected; readonly text: string | undefined }[];
  readonly unexpected: readonly Found[];
  /** The right rule at the right line, but of another severity or certainty. */
  readonly changed: readonly { readonly expected: Expected; readonly found: Found }[];
  /** Unexpected findings beyond those kept. */
  readonly omitted: number;
}

export const isMet = ({ missing, unexpected, changed }: Difference): boolean =>
  missing.length + unexpected.length + changed.length === 0;

export interface ExpectationCheck {
  /** Remembers the text of lines that the expectation names. Called with every line, so it is cheap. */
  see(line: Line): void;
  tell(finding: Finding): void;
  difference(): Difference;
}

/** Characters of a line that a difference can show; the rest of a megabyte is not looked at. */
const LONGEST = 2000;
/** Unexpected findings kept, when everything is wrong. */
const MOST = 1000;

/**
 * Compares findings with an expectation, one for one: a line that completes two findings of a rule needs two entries.
 */
export function createExpectationCheck(expectation: Expectation): ExpectationCheck {
  const open = byPlace(expectation.findings);
  const unsure = byPlace(expectation.unsure);
  const texts = createTexts(expectation);
  const met = new Map<Expected, Found>();
  const unexpected: Found[] = [];
  let omitted = 0;

  return {
    see: texts.see,
    tell(finding) {
      const found = foundOf(finding);
      const key = placeKey(found);
      const expected = take(open.get(key) ?? [], found);
      if (expected !== undefined) met.set(expected, found);
      else if (unsure.get(key)?.some((entry) => isOfFile(entry, found))) return;
      else if (unexpected.length < MOST) unexpected.push(found);
      else omitted += 1;
    },
    difference: () => ({
      expectation,
      missing: expectation.findings
        .filter((expected) => !met.has(expected))
        .map((expected) => ({ expected, text: texts.of(expected) })),
      unexpected,
      changed: [...met]
        .filter(([expected, found]) => !agrees(expected, found))
        .map(([expected, found]) => ({ expected, found })),
      omitted,
    }),
  };
}

const placeKey = ({ rule, line }: { readonly rule: string; readonly line: number }): string =>
  `${line} ${rule}`;

const isOfFile = ({ file }: Expected, found: { readonly file: string }): boolean =>
  file === undefined || file === found.file;

const agrees = ({ severity, verified }: Expected, found: Found): boolean =>
  (severity === undefined || severity === found.severity) &&
  (verified === undefined || verified === found.verified);

/** Entries by rule and line; those that say more come first, so that they get the finding they describe. */
function byPlace(entries: readonly Expected[]): Map<string, Expected[]> {
  const says = ({ file, severity, verified }: Expected) =>
    [file, severity, verified].filter((value) => value !== undefined).length;
  const map = new Map<string, Expected[]>();
  for (const entry of [...entries].sort((a, b) => says(b) - says(a))) {
    const same = map.get(placeKey(entry));
    if (same === undefined) map.set(placeKey(entry), [entry]);
    else same.push(entry);
  }
  return map;
}

/** Takes the entry that `found` meets out of `entries`: one that agrees in all, else in place alone. */
function take(entries: Expected[], found: Found): Expected | undefined {
  const fits = entries.filter((entry) => isOfFile(entry, found));
  const expected = fits.find((entry) => agrees(entry, found)) ?? fits[0];
  if (expected !== undefined) entries.splice(entries.indexOf(expected), 1);
  return expected;
}

const foundOf = ({ rule, source, severity, verified, summary, evidence }: Finding): Found => ({
  rule,
  file: source.file,
  line: source.line,
  severity,
  verified,
  summary: summary.slice(0, LONGEST),
  text: evidence.at(-1)?.text.slice(0, LONGEST) ?? '',
});

/** Texts of the lines that an expectation names. */
function createTexts({ findings }: Expectation) {
  const texts = new Map<number, { readonly file: string; readonly text: string }[]>();
  for (const { line } of findings) texts.set(line, []);
  return {
    see({ text, file, number }: Line): void {
      texts.get(number)?.push({ file, text: redactText(text.slice(0, LONGEST)) });
    },
    of: (expected: Expected): string | undefined =>
      texts.get(expected.line)?.find((seen) => isOfFile(expected, seen))?.text,
  };
}
