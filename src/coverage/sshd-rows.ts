import { ConfigError } from '../errors.ts';
import type { Rule } from '../rules/rule.ts';
import type { Row } from './row.ts';
import { rowsFor } from './setting-rows.ts';

const SILENT = new Set(['QUIET', 'FATAL', 'ERROR']);

/** What `sshd -T` (and, where it is in the text, the command line of sshd) lets the sshd rules see. */
export const sshdRows = (rules: readonly Rule[], file: string, text: string): readonly Row[] => {
  const ours = rules.filter(({ format }) => format === 'sshd');
  const lines = text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), where: { file, line: index + 1 } }));
  const level = lines.find(({ line }) => /^loglevel\s/i.test(line));
  if (level === undefined) {
    const message = 'there is no `loglevel` here: give the output of `sshd -T`';
    throw new ConfigError([{ place: { file, line: 1, column: 1 }, message }]);
  }
  const value = level.line.split(/\s+/)[1]?.toUpperCase() ?? '';
  const silent = SILENT.has(value);
  const own = rowsFor(ours, {
    alternative: 'a login',
    state: silent ? 'blind' : 'can_fire',
    why: silent
      ? `LogLevel ${value} leaves out accepted logins`
      : `LogLevel ${value} tells of every accepted login`,
    where: level.where,
    fix: silent ? 'set LogLevel INFO or VERBOSE' : undefined,
  });
  const toFile = lines.find(({ line }) => /sshd\b.*\s-(?:E|e)\b/.test(line));
  if (toFile === undefined) return own;
  return [
    ...own,
    ...rowsFor(ours, {
      alternative: 'a login in a file written with -E or -e',
      state: 'unverified',
      why: 'such lines have no syslog tag, and a user name with line feeds can forge a whole one',
      where: toFile.where,
      fix: 'log through syslog or the journal, which escape line feeds',
    }),
  ];
};
