import type { Severity } from '../finding.ts';
import { formatRfc3339 } from '../time.ts';
import type { Palette } from './colour.ts';
import type { Row } from './table.ts';
import { fitTerminal, widthOf } from './terminal-text.ts';
import { wrapTerminal } from './wrap.ts';

const LABEL: Readonly<Record<Severity, string>> = { critical: 'CRITICAL', warning: 'warning', info: 'info' };
const TIME_WIDTH = '10:00:00'.length;
/** Rule files from elsewhere may be called anything. */
const WIDEST_RULE = 24;
const NARROWEST_SENTENCE = 20;
/** A sentence that takes more lines than this is not read. */
const MOST_LINES = 4;
const GAP = '  ';

export interface TablePage {
  readonly rows: readonly Row[];
  readonly columns: number;
  readonly palette: Palette;
}

interface Layout {
  readonly rule: number;
  readonly sentence: number;
  readonly count: number;
  /** Columns left of the sentence. */
  readonly margin: number;
}

/** The rows as text, one piece a row. */
export function* createTablePage({ rows, columns, palette }: TablePage): Generator<string> {
  if (rows.length === 0) {
    yield 'No findings.\n';
    return;
  }
  const layout = layOut(rows, columns);
  yield `${palette.dim(heading(layout))}\n`;
  let day: string | undefined;
  for (const row of rows) {
    const today = dayOf(row);
    if (today !== day) yield `${palette.bold(today)}\n`;
    day = today;
    yield `${[...sentenceLines(row, layout, palette), ...placeLine(row, columns, layout, palette)].join('\n')}\n`;
  }
}

function layOut(rows: readonly Row[], columns: number): Layout {
  let rule = 'RULE'.length;
  let count = 0;
  for (const row of rows) {
    rule = Math.max(rule, widthOf(fitTerminal(row.rule, WIDEST_RULE)));
    count = Math.max(count, timesOf(row).length);
  }
  const margin = GAP.length * 4 + LABEL.critical.length + TIME_WIDTH + rule;
  const right = count === 0 ? 0 : GAP.length + count;
  return { rule, count, margin, sentence: Math.max(NARROWEST_SENTENCE, columns - margin - right) };
}

const timesOf = ({ count }: Row): string => (count > 1 ? `×${count}` : '');

const dayOf = ({ time }: Row): string =>
  time === undefined ? 'without time' : `${formatRfc3339(time).slice(0, 10)} UTC`;

const heading = ({ rule }: Layout): string =>
  ['', 'SEVERITY', 'TIME'.padEnd(TIME_WIDTH), 'RULE'.padEnd(rule), 'WHAT HAPPENED'].join(GAP);

function sentenceLines(row: Row, layout: Layout, palette: Palette): string[] {
  const time = row.time === undefined ? '' : formatRfc3339(row.time).slice(11, 19);
  const label = LABEL[row.severity];
  const paint = palette.severity[row.severity];
  const [first = '', ...more] = wrapTerminal(row.sentence, layout.sentence, MOST_LINES);
  const rule = fitTerminal(row.rule, WIDEST_RULE);
  const times = timesOf(row);
  const cells = [
    '',
    paint(label) + blanks(LABEL.critical.length - label.length),
    time.padEnd(TIME_WIDTH),
    palette.bold(rule) + blanks(layout.rule - widthOf(rule)),
    times === '' ? first : first + blanks(layout.sentence - widthOf(first)),
    ...(times === '' ? [] : [palette.bold(times.padStart(layout.count))]),
  ];
  return [cells.join(GAP), ...more.map((line) => blanks(layout.margin) + line)];
}

function placeLine(
  { severity, place, evidence }: Row,
  columns: number,
  layout: Layout,
  palette: Palette,
): string[] {
  if (severity !== 'critical') return [];
  const room = Math.max(NARROWEST_SENTENCE, columns - layout.margin);
  const text = fitTerminal(`${place.file}:${place.line}${evidence === '' ? '' : GAP}${evidence}`, room);
  return [blanks(layout.margin) + palette.dim(text)];
}

const blanks = (count: number): string => ' '.repeat(Math.max(0, count));
