import { formatDuration } from '../duration.ts';
import { html } from '../report/html.ts';
import type { Palette } from '../sinks/colour.ts';
import type { Swept } from './sweep.ts';

const WIDTH = 30;

/** Bars for a terminal, a block a window; today's setting is marked, and what would be lost is said. */
export const terminalChart = (code: string, swept: readonly Swept[], palette: Palette): readonly string[] => {
  const highest = Math.max(1, ...swept.map(({ alerts }) => alerts));
  const spans = [...new Set(swept.map(({ timespanMs }) => timespanMs))];
  return spans.flatMap((span) => [
    palette.bold(`${code}: alerts by threshold, window ${formatDuration(span)}`),
    ...swept
      .filter(({ timespanMs }) => timespanMs === span)
      .map(({ threshold, alerts, findings, lost, today }) => {
        const bar = '█'.repeat(Math.ceil((alerts / highest) * WIDTH));
        const missed = lost.length === 0 ? '' : `  loses ${lost.length} of today's findings`;
        const line = `${today ? '▶' : ' '} > ${String(threshold).padStart(4)}  ${bar.padEnd(WIDTH)} ${String(alerts).padStart(5)} alerts ${String(findings).padStart(6)} findings${missed}`;
        return today ? palette.bold(line) : line;
      }),
    '',
  ]);
};

const ROW = 22;
const LEFT = 150;
const BARS = 380;

/** The same picture as an SVG that stands alone. */
export const svgChart = (code: string, swept: readonly Swept[]): string => {
  const highest = Math.max(1, ...swept.map(({ alerts }) => alerts));
  const rows = swept.map(({ threshold, timespanMs, alerts, lost, today }, at) => {
    const y = 40 + at * ROW;
    const width = Math.max(1, Math.round((alerts / highest) * BARS));
    const fill = today ? '#1d5fb8' : lost.length > 0 ? '#e08a1e' : '#7fa9de';
    const note = `${alerts}${today ? ' (today)' : ''}${lost.length > 0 ? `, loses ${lost.length}` : ''}`;
    return html`<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">more than ${threshold} in ${formatDuration(timespanMs)}</text><rect x="${LEFT}" y="${y}" width="${width}" height="${ROW - 6}" rx="2" fill="${fill}"/><text x="${LEFT + width + 6}" y="${y + 13}">${note}</text>`;
  });
  const height = 50 + swept.length * ROW;
  return `${
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 ${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="Alerts of ${code} by threshold and window"><rect width="700" height="${height}" fill="#fff"/><text x="12" y="22" font-size="15" font-weight="600">${code}: alerts by threshold and window</text>${rows}</svg>`
      .markup
  }\n`;
};
