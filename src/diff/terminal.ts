import type { Palette } from '../sinks/colour.ts';
import { fitTerminal, toTerminal, widthOf } from '../sinks/terminal-text.ts';
import { formatRfc3339 } from '../time.ts';
import type { Form } from './document.ts';

/** For people at a terminal. */
export const terminalForm = (columns: number, palette: Palette): Form => ({
  heading: (_, text) => ['', palette.bold(toTerminal(text))],
  paragraph: (text, said) => [toTerminal(said === undefined ? text : `${said}: ${text}`), ''],
  table: (head, rows) => {
    const safe = [head, ...rows].map((row) => row.map((cell) => fitTerminal(cell, 44)));
    const widths = head.map((_, at) => Math.max(...safe.map((row) => widthOf(row[at] ?? ''))));
    const pad = (cell: string, at: number): string =>
      cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell)));
    return [...safe.map((row) => row.map(pad).join('  ').trimEnd()), ''];
  },
  finding: (mark, { severity, summary, time, evidence }, note) => {
    const when = time === undefined ? 'no time' : formatRfc3339(time).slice(0, 19);
    const about = note === '' ? '' : ` (${note})`;
    const last = evidence.at(-1);
    return [
      fitTerminal(`${mark} ${when} ${severity.padEnd(8)} ${summary}${about}`, columns),
      ...(last === undefined
        ? []
        : [palette.dim(fitTerminal(`    ${last.file}:${last.line} ${last.text}`, columns))]),
    ];
  },
});
