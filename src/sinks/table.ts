import type { Told } from '../alert.ts';
import type { Micros } from '../event.ts';
import type { Severity } from '../finding.ts';
import { createPalette } from './colour.ts';
import type { ReplaySink, Write } from './replay-sink.ts';
import { createTablePage } from './table-page.ts';

/** One alert, as far as a row shows it. Sentence and place are those of its gravest finding. */
export interface Row {
  /** When the alert began. */
  readonly time: Micros | undefined;
  readonly rule: string;
  severity: Severity;
  count: number;
  sentence: string;
  place: { readonly file: string; readonly line: number };
  /** Untrusted, without secrets. */
  evidence: string;
}

export interface TableOptions {
  readonly write: Write;
  readonly columns: number;
  readonly colour: boolean;
  /** Alerts kept for each severity, so that a flood of mild ones cannot crowd out a critical one. */
  readonly limit?: number;
}

/**
 * Findings for people: a row an alert, in the order in which alerts began, days as headings, below each critical alert
 * the line to open. Written at the end, when the counts are known.
 */
export function createTable({ write, columns, colour, limit = 10_000 }: TableOptions): ReplaySink {
  const rows: Row[] = [];
  const open = new Map<string, Row>();
  const kept: Record<Severity, number> = { info: 0, warning: 0, critical: 0 };
  let omitted = 0;

  const add = (told: Told): void => {
    const { key, severity } = told.alert;
    if (kept[severity] >= limit) {
      omitted += 1;
      return;
    }
    kept[severity] += 1;
    const row = rowOf(told);
    open.set(key, row);
    rows.push(row);
  };

  return {
    tell(told) {
      const { key, state, count } = told.alert;
      // A new alert with the key of an earlier one: what follows counts for the new one, even if it got no row.
      if (state === 'new') open.delete(key);
      const row = open.get(key);
      if (row === undefined) {
        if (state === 'raised') omitted -= 1;
        if (state !== 'repeat') add(told);
        return;
      }
      row.count = count;
      if (state === 'raised') Object.assign(row, gravest(told));
    },
    end() {
      const page = createTablePage({ rows: rows.sort(byTime), columns, palette: createPalette(colour) });
      for (const text of page) write(text);
      if (omitted > 0) write(`and ${omitted} more alerts: narrow the time, or see all with -o ndjson\n`);
    },
  };
}

/** Evidence and sentences can be a megabyte each, and thousands of rows wait for the end. */
const LONGEST = 4000;

const gravest = ({ finding, alert }: Told) => ({
  severity: alert.severity,
  sentence: finding.summary.slice(0, LONGEST),
  place: finding.source,
  evidence: finding.evidence.at(-1)?.text.slice(0, LONGEST) ?? '',
});

const rowOf = (told: Told): Row => ({
  time: told.finding.time,
  rule: told.finding.rule,
  count: told.alert.count,
  ...gravest(told),
});

/** Stable: equal times and missing ones, which come last, stay in the order of input. */
const byTime = (a: Row, b: Row): number => (a.time ?? Infinity) - (b.time ?? Infinity) || 0;
