import { formatRfc3339 } from '../time.ts';
import { isPlain, UNPRINTABLE, visibleEscape } from '../unprintable.ts';
import type { Form } from './document.ts';

/** Nothing in `text`, of a rule or a file's name, is markup. */
const literal = (text: string): string => visible(text).replace(/[\\`*_{}[\]()<>#+!|~&$]/g, '\\$&');

const visible = (text: string): string => (isPlain(text) ? text : text.replace(UNPRINTABLE, visibleEscape));

const longestRun = (text: string): number =>
  Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));

/** What a log says stands in code: elsewhere GitHub makes mentions and links of it whatever is escaped. */
const code = (text: string): string => {
  const fence = '`'.repeat(longestRun(text) + 1);
  return `${fence} ${visible(text)} ${fence}`;
};

/** Code that holds back-ticks needs a longer fence. */
const fenced = (lines: readonly string[]): readonly string[] => {
  const fence = '`'.repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)));
  return [`${fence}text`, ...lines.map(visible), fence];
};

const MARK = { '+': 'New', '-': 'Gone', '~': 'Changed' } as const;

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** GitHub-flavoured Markdown, for a pull request. */
export const markdown: Form = {
  heading: (level, text) => [`${'#'.repeat(level + 1)} ${literal(text)}`, ''],
  paragraph: (text, said) => [said === undefined ? literal(text) : `${code(said)}: ${literal(text)}`, ''],
  table: (head, rows) => [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.map(literal).join(' | ')} |`),
    '',
  ],
  finding: (mark, { severity, verified, summary, time, evidence, id }, note) => [
    `- **${MARK[mark]}** ${severity}${verified ? '' : ' (not verified)'}: ${code(summary)}${note === '' ? '' : ` (${literal(note)})`}`,
    '',
    ...indent(
      fenced([
        `${time === undefined ? 'no time' : formatRfc3339(time)}  ${id}`,
        ...evidence.slice(-3).map(({ file, line, text }) => `${file}:${line} ${text}`),
      ]),
    ),
    '',
  ],
};
