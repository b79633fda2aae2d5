import type { Told } from '../alert.ts';
import type { ReplaySummary } from '../replay-summary.ts';
import { formatRfc3339 } from '../time.ts';
import type { ReplaySink, Write } from './replay-sink.ts';
import { toTerminal } from './terminal-text.ts';

export interface JunitOptions {
  readonly write: Write;
  /** Failures kept for each rule; the rest is counted. */
  readonly limit?: number;
}

interface Case {
  readonly failures: string[];
  omitted: number;
}

/**
 * JUnit XML for CI: a test case a rule, each of its findings a failure; a rule that could not have fired is skipped, so
 * that it does not pass for a good one. Written at the end: the counts stand at the top.
 */
export function createJunit({ write, limit = 1000 }: JunitOptions): ReplaySink {
  const cases = new Map<string, Case>();
  return {
    tell(told) {
      const { rule } = told.finding;
      const found = cases.get(rule) ?? { failures: [], omitted: 0 };
      cases.set(rule, found);
      if (found.failures.length < limit) found.failures.push(failure(told));
      else found.omitted += 1;
    },
    end(summary) {
      for (const text of report(cases, summary)) write(text);
    },
  };
}

function* report(cases: ReadonlyMap<string, Case>, summary: ReplaySummary): Generator<string> {
  const skipped = skippedRules(summary, cases);
  const rules = new Map(summary.rules.map(({ rule, title }) => [rule, title]));
  for (const rule of cases.keys()) if (!rules.has(rule)) rules.set(rule, rule);
  const counts = `tests="${rules.size}" failures="${cases.size}" errors="0" skipped="${skipped.size}"`;
  const seconds = (summary.elapsedMs / 1000).toFixed(3);
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="detector" ${counts} time="${seconds}">\n`;
  yield `  <testsuite name="detector replay" ${counts} time="${seconds}">\n`;
  for (const [rule, title] of rules) {
    yield `    <testcase classname=${attribute(`detector.${rule}`)} name=${attribute(`${rule} ${title}`)}`;
    yield* content(cases.get(rule), skipped.get(rule));
  }
  yield '  </testsuite>\n</testsuites>\n';
}

function* content(found: Case | undefined, reason: string | undefined): Generator<string> {
  if (found === undefined) {
    yield reason === undefined
      ? '/>\n'
      : `>\n      <skipped message=${attribute(reason)}/>\n    </testcase>\n`;
    return;
  }
  yield '>\n';
  yield* found.failures;
  if (found.omitted > 0) {
    yield `      <failure type="omitted" message="and ${found.omitted} more findings of this rule"/>\n`;
  }
  yield '    </testcase>\n';
}

function failure({ finding }: Told): string {
  const { severity, summary, evidence, source, time } = finding;
  const lines = [
    `${toTerminal(source.file)}:${source.line}${time === undefined ? '' : ` ${formatRfc3339(time)}`}`,
    ...evidence.map(({ file, line, text }) => `${toTerminal(file)}:${line}  ${toTerminal(text)}`),
  ];
  return `      <failure type="${severity}" message=${attribute(summary)}>${escapeXml(lines.join('\n'))}</failure>\n`;
}

/** Rules that did not fire and could not have, at least in one branch: they are not proven good. */
function skippedRules(summary: ReplaySummary, cases: ReadonlyMap<string, Case>): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const { rule, format } of summary.notApplicable) {
    reasons.set(rule, `not looked for: the input has no ${format ?? 'such'} lines`);
  }
  for (const { rule, branch, missing } of summary.blind) {
    const before = reasons.get(rule);
    const reason = `${branch} could not have fired: never seen: ${missing.join(', ')}`;
    reasons.set(rule, before === undefined ? reason : `${before}; ${reason}`);
  }
  for (const rule of cases.keys()) reasons.delete(rule);
  return reasons;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Quoted. XML 1.0 has no way to say most controls, so they are shown as on a terminal. */
const attribute = (text: string): string => `"${escapeXml(toTerminal(text))}"`;
