import { type Difference, type Found, isMet } from '../expect.ts';
import type { Expected } from '../expectation.ts';
import type { Palette } from './colour.ts';
import { formatCount } from './quantities.ts';
import { fitTerminal, toTerminal } from './terminal-text.ts';

export interface DifferenceOptions {
  readonly columns: number;
  readonly palette: Palette;
}

const LABEL = 12;

/** What was expected and did not come, and the other way round, with the lines they speak of; one line when all is well. */
export function formatDifference(difference: Difference, { columns, palette }: DifferenceOptions): string {
  const { expectation, missing, unexpected, changed, omitted } = difference;
  const name = toTerminal(expectation.name);
  if (isMet(difference))
    return `${name}: as expected (${formatCount(expectation.findings.length, 'finding')})\n`;
  const { critical, warning } = palette.severity;
  const differences = missing.length + unexpected.length + changed.length + omitted;
  const below = (text: string): string =>
    `${' '.repeat(LABEL)}${palette.dim(fitTerminal(text, Math.max(20, columns - LABEL)))}`;
  const lines = [
    `${name}: ${palette.bold(formatCount(differences, 'difference'))}`,
    ...missing.flatMap(({ expected, text }) => [
      `${critical('missing'.padEnd(LABEL))}${placed(expected)}${aside(expected.why)}`,
      below(text ?? 'the input has no such line'),
    ]),
    ...unexpected.flatMap((found) => [
      `${critical('unexpected'.padEnd(LABEL))}${placed(found)}  ${found.severity}${aside(found.summary)}`,
      below(found.text),
    ]),
    ...changed.flatMap(({ expected, found }) => [
      `${warning('changed'.padEnd(LABEL))}${placed(found)}  ${said(expected, found)}`,
      below(found.text),
    ]),
    ...(omitted > 0 ? [`and ${formatCount(omitted, 'more unexpected finding')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const placed = ({ rule, line, file }: { rule: string; line: number; file: string | undefined }): string =>
  `${toTerminal(rule)}  ${file === undefined ? 'line ' : `${toTerminal(file)}:`}${line}`;

const aside = (text: string | undefined): string => (text === undefined ? '' : `  ${fitTerminal(text, 200)}`);

function said(expected: Expected, found: Found): string {
  const parts: string[] = [];
  if (expected.severity !== undefined && expected.severity !== found.severity) {
    parts.push(`severity is ${found.severity}, expected ${expected.severity}`);
  }
  if (expected.verified !== undefined && expected.verified !== found.verified) {
    parts.push(`verified is ${found.verified}, expected ${expected.verified}`);
  }
  return parts.join('; ');
}
