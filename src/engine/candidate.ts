import type { Event } from '../event.ts';
import type { Evidence, Finding } from '../finding.ts';
import { redactText } from '../redact.ts';
import type { Branch } from '../rules/rule.ts';
import { cut, describe, digestOf, evidenceOf, findingId, show } from './describe.ts';
import type { FieldReader } from './path-reader.ts';
import type { CompiledRule, Program } from './program.ts';
import type { Counted } from './windows.ts';

/** A match on its way to a finding: everything that is needed of the event, so that its document can be let go. */
export interface Match {
  readonly program: Program;
  readonly compiled: CompiledRule;
  readonly branch: Branch;
  readonly event: Event;
  readonly sequence: number;
}

export interface Draft {
  readonly finding: Omit<Finding, 'id' | 'count' | 'summary' | 'evidence'>;
  readonly summary: (count: number) => string;
  readonly evidence: Evidence;
  readonly digest: string;
}

export interface CountEntry extends Counted {
  readonly draft: Draft;
}

/** Evidence lines that a finding of a count rule shows: the first ones and the one that completes it. */
const SHOWN = 10;

const LONGEST_NAME = 300;

export const candidateOf = ({ program, compiled, branch, event, sequence }: Match): Draft => {
  const { rule, key } = compiled;
  return {
    finding: {
      rule: rule.code,
      branch: branch.name,
      title: branch.title,
      severity: branch.severity,
      verified: branch.verified,
      outcome: event.outcome,
      time: event.time,
      stream: event.stream,
      source: { file: event.line.file, line: event.line.number },
      actor: redacted(event.actor),
      peer: redacted(event.peer),
      zones: zonesOf(program, event),
      object: redacted(event.object),
      namespace: event.namespace,
      key: JSON.stringify([rule.code, event.stream, ...key.map((read) => show(read(event)) ?? null)]),
      sequence,
    },
    summary: describe(branch.summary, event, program.readerOf),
    evidence: evidenceOf(event, compiled.fields, program.readerOf),
    digest: digestOf(event),
  };
};

/** Names are free text too: a password typed as user name, a token in a path. */
const redacted = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : redactText(cut(text, LONGEST_NAME));

const zonesOf = (program: Program, event: Event): readonly string[] => {
  const zones = program.readerOf('net.zones')(event);
  return Array.isArray(zones) ? zones : [];
};

/** An entry of a window; undefined when the event has no time or nothing to count. */
export const entryOf = (match: Match, value: FieldReader | undefined): CountEntry | undefined => {
  const { event, sequence } = match;
  const counted = value === undefined ? undefined : show(value(event));
  if (event.time === undefined || (value !== undefined && counted === undefined)) return undefined;
  return { at: event.time, sequence, value: counted, draft: candidateOf(match) };
};

export const finish = (draft: Draft): Finding => ({
  ...draft.finding,
  id: findingId(draft.finding.rule, [draft.digest]),
  count: 1,
  summary: draft.summary(1),
  evidence: [draft.evidence],
});

/** The finding of a window: its last entry completes it. */
export const finishCount = (window: readonly CountEntry[]): Finding => {
  const drafts = window.map(({ draft }) => draft);
  const last = drafts.at(-1);
  if (last === undefined) throw new Error('a window that exceeds its threshold has entries');
  const shown = drafts.length <= SHOWN ? drafts : [...drafts.slice(0, SHOWN - 1), last];
  return {
    ...last.finding,
    id: findingId(
      last.finding.rule,
      drafts.map(({ digest }) => digest),
    ),
    count: drafts.length,
    summary: last.summary(drafts.length),
    evidence: shown.map(({ evidence }) => evidence),
  };
};
