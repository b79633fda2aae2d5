import type { Row, State } from '../coverage/row.ts';
import type { Severity } from '../finding.ts';
import { createPalette } from './colour.ts';
import { fitTerminal, toTerminal } from './terminal-text.ts';
import { wrapTerminal } from './wrap.ts';

const LABEL: Readonly<Record<State, string>> = {
  can_fire: 'can fire',
  unverified: 'UNVERIFIED',
  blind: 'BLIND',
  not_seen: 'not seen',
};
const GRAVITY: Readonly<Record<State, Severity | undefined>> = {
  can_fire: undefined,
  unverified: 'warning',
  blind: 'critical',
  not_seen: 'info',
};
const LABEL_WIDTH = 10;
const RULE_WIDTH = 4;
const NARROWEST = 20;
const MOST_LINES = 6;

/** The rows as text for people: what, why with the place that decides, what to change. */
export function* coverageTable(
  rows: readonly Row[],
  { columns, colour }: { readonly columns: number; readonly colour: boolean },
): Generator<string> {
  const palette = createPalette(colour);
  const margin = 2 + RULE_WIDTH + 2 + LABEL_WIDTH + 2;
  const width = Math.max(NARROWEST, columns - margin);
  const indent = ' '.repeat(margin);
  for (const row of rows) {
    const severity = GRAVITY[row.state];
    const label = LABEL[row.state].padEnd(LABEL_WIDTH);
    const [first = '', ...more] = wrapTerminal(row.alternative, width, MOST_LINES);
    const rule = palette.bold(fitTerminal(row.rule, 24).padEnd(RULE_WIDTH));
    yield `  ${rule}  ${severity === undefined ? label : palette.severity[severity](label)}  ${first}\n`;
    const place = row.where === undefined ? '' : ` (${toTerminal(row.where.file)}:${row.where.line})`;
    const rest = [
      ...more,
      ...wrapTerminal(`${row.why}${place}`, width, MOST_LINES).map(palette.dim),
      ...(row.fix === undefined ? [] : wrapTerminal(`fix: ${row.fix}`, width, MOST_LINES)),
    ];
    for (const line of rest) yield `${indent}${line}\n`;
  }
  yield `\n${summaryOf(rows)}\n`;
}

const ORDER: readonly State[] = ['blind', 'unverified', 'not_seen', 'can_fire'];

/** A rule counts once, as its worst row. */
const summaryOf = (rows: readonly Row[]): string => {
  const worst = new Map<string, State>();
  for (const { rule, state } of rows) {
    const known = worst.get(rule) ?? 'can_fire';
    worst.set(rule, ORDER.indexOf(state) < ORDER.indexOf(known) ? state : known);
  }
  const said = ORDER.flatMap((state) => {
    const codes = [...worst].filter(([, own]) => own === state).map(([code]) => code);
    return codes.length === 0 ? [] : [`${LABEL[state].toLowerCase()}: ${codes.join(' ')}`];
  });
  return said.join('; ');
};
