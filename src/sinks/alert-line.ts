import type { Told } from '../alert.ts';
import { formatRfc3339 } from '../time.ts';
import type { Palette } from './colour.ts';
import { toTerminal } from './terminal-text.ts';

/**
 * One line for people at a terminal: alerts that are new or graver than before. Repeats only add to a count, which
 * the next message that matters shows.
 */
export const alertLine = ({ finding, alert }: Told, palette: Palette): string | undefined => {
  if (alert.state === 'repeat') return undefined;
  const { severity, rule, summary, time } = finding;
  const word = palette.severity[severity]((severity === 'critical' ? 'CRITICAL' : severity).padEnd(8));
  const at = time === undefined ? ''.padEnd(20) : formatRfc3339(time).replace(/\.\d+Z$/, 'Z');
  const count = alert.count > 1 ? ` ×${alert.count}` : '';
  return `${at}  ${word}  ${rule.padEnd(3)}  ${toTerminal(summary)}${count}\n`;
};
