import { cut, show } from '../engine/describe.ts';
import type { Trace } from '../engine/trace.ts';
import type { Micros } from '../event.ts';
import { redactText } from '../redact.ts';
import { jsonLine } from '../sinks/finding-json.ts';
import { formatRfc3339 } from '../time.ts';
import { obstacles } from './distance.ts';
import type { Explanation, Verdict } from './explanation.ts';

/** An explanation as one line of JSON for programs. Values that were seen are redacted and cut. */
export const explanationJson = ({ event, zones, rules }: Explanation): string =>
  jsonLine({
    schema_version: 1,
    source: { file: event.line.file, line: event.line.number },
    stream: event.stream,
    time: timeOrNull(event.time),
    actor: shown(event.actor),
    peer: shown(event.peer),
    object: shown(event.object),
    outcome: event.outcome,
    evaluated: event.evaluated,
    zones: zones.map(({ zone, entry, counts }) => ({
      zone,
      cidr: entry.cidr,
      reason: entry.reason ?? null,
      until: timeOrNull(entry.until),
      counts,
    })),
    rules: rules.map(({ rule, branches }) => ({
      rule: rule.code,
      branches: branches.map(({ branch, trace, verdict }) => ({
        branch: branch.name,
        severity: branch.severity,
        verdict: verdictJson(verdict),
        tests_away: obstacles(trace, true).length,
        condition: traceJson(trace),
      })),
    })),
  });

const timeOrNull = (time: Micros | undefined): string | null =>
  time === undefined ? null : formatRfc3339(time);

const shown = (value: unknown): string | null => {
  const text = show(value);
  return text === undefined ? null : redactText(cut(text, 300));
};

const verdictJson = (verdict: Verdict): unknown => {
  if (verdict.kind === 'finding')
    return { kind: 'finding', id: verdict.id, alert: verdict.told?.alert ?? null };
  if (verdict.kind === 'counted')
    return { kind: 'counted', in_window: verdict.inWindow, threshold: verdict.branch.threshold };
  return verdict;
};

const traceJson = (trace: Trace): unknown => {
  switch (trace.kind) {
    case 'and':
    case 'or':
      return { ...trace, of: trace.of.map(traceJson) };
    case 'not':
    case 'selection':
      return { ...trace, of: traceJson(trace.of) };
    case 'field':
      return { ...trace, saw: shown(trace.saw) };
    case 'keywords':
      return trace;
  }
};
