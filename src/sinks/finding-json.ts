import type { Told } from '../alert.ts';
import type { Micros } from '../event.ts';
import { formatRfc3339 } from '../time.ts';
import { isPlain, jsonEscape, UNPRINTABLE } from '../unprintable.ts';

/**
 * A finding as one line of NDJSON, schema version 1 (`docs/finding.schema.json`): keys in this order, missing values
 * null, times RFC 3339 in UTC with microseconds. `seen` is when a live detector read the line; a replay has none.
 * JSON.stringify lets DEL, C1 controls, bidi overrides and the like through; they leave as `\uXXXX` here.
 */
export function findingJson({ finding, alert }: Told, seen: Micros | undefined): string {
  return jsonLine({
    schema_version: 1,
    id: finding.id,
    rule: finding.rule,
    title: finding.title,
    severity: finding.severity,
    verified: finding.verified,
    outcome: finding.outcome,
    time: timeOrNull(finding.time),
    seen: timeOrNull(seen),
    stream: finding.stream,
    source: { file: finding.source.file, line: finding.source.line },
    actor: finding.actor ?? null,
    peer: finding.peer ?? null,
    zones: finding.zones,
    object: finding.object ?? null,
    count: finding.count,
    summary: finding.summary,
    evidence: finding.evidence.map(({ time, file, line, text }) => ({
      time: timeOrNull(time),
      file,
      line,
      text,
    })),
    alert: { key: alert.key, state: alert.state },
  });
}

/** `value` as JSON on one line that is harmless on a terminal. */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value);
  return isPlain(json) ? json : json.replace(UNPRINTABLE, jsonEscape);
}

const timeOrNull = (time: Micros | undefined): string | null =>
  time === undefined ? null : formatRfc3339(time);
