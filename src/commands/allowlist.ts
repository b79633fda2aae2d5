import { auditEntries } from '../allowlist/audit.ts';
import { type AllowlistEntry, allowlistEntries, countsAt } from '../allowlist/entries.ts';
import { withoutExemptions } from '../allowlist/without.ts';
import { UsageError } from '../errors.ts';
import type { Micros } from '../event.ts';
import type { Finding } from '../finding.ts';
import { toTerminal } from '../sinks/terminal-text.ts';
import { formatRfc3339 } from '../time.ts';
import { EXIT, type Io } from './io.ts';
import { load } from './load.ts';
import { createLane, scan } from './scan.ts';

export interface AllowlistArgs {
  readonly config: readonly string[];
  readonly rules: readonly string[];
}

export interface AllowlistCheckArgs extends AllowlistArgs {
  /** A name or an address. */
  readonly subject: string;
  readonly rule: string | undefined;
  readonly at: Micros | undefined;
}

const describe = ({ kind, name, value, reason, until }: AllowlistEntry): string => {
  const end = until === undefined ? '' : `, until ${formatRfc3339(until).slice(0, 19)}Z`;
  return `${kind} ${name}: ${toTerminal(value)}${reason === undefined ? '' : ` (${toTerminal(reason)})`}${end}`;
};

/** Says from which rules a name or address is exempt, and by which entry. */
export const allowlistCheck = async (args: AllowlistCheckArgs, io: Io): Promise<number> => {
  const loaded = await load({ config: args.config, rules: args.rules, env: io.env, orExample: true });
  const wanted = args.rule?.toUpperCase();
  const codes = loaded.rules
    .map(({ code }) => code)
    .filter((code) => wanted === undefined || code.toUpperCase() === wanted);
  if (codes.length === 0)
    throw new UsageError(
      `there is no rule ${args.rule}; the rules are ${loaded.rules.map(({ code }) => code).join(', ')}`,
    );
  const at = args.at ?? io.now() * 1000;
  const covering = allowlistEntries(loaded.config, loaded.rules).filter(({ covers }) => covers(args.subject));
  for (const code of codes) {
    const entries = covering.filter(({ rules }) => rules.includes(code));
    const counting = entries.filter((entry) => countsAt(entry, at));
    if (entries.length === 0 && wanted === undefined) continue;
    const said = counting.length > 0 ? `exempt by ${counting.map(describe).join('; ')}` : 'not exempt';
    const expired = entries.filter((entry) => !countsAt(entry, at));
    const ended = expired.length === 0 ? '' : `; ended: ${expired.map(describe).join('; ')}`;
    io.stdout.write(`${code}  ${said}${ended}\n`);
  }
  if (covering.length === 0 && wanted === undefined)
    io.stdout.write(`${toTerminal(args.subject)} is exempt from no rule\n`);
  return EXIT.ok;
};

export interface AllowlistAuditArgs extends AllowlistArgs {
  /** Logs in which to look what the entries hide. */
  readonly files: readonly string[];
}

/** Lists entries that are questionable; with logs, what each of them hides there. */
export const allowlistAudit = async (args: AllowlistAuditArgs, io: Io): Promise<number> => {
  const loaded = await load({ config: args.config, rules: args.rules, env: io.env, orExample: true });
  const hidden: Finding[] = [];
  if (args.files.length > 0) {
    const open = { ...loaded, rules: loaded.rules.map(withoutExemptions) };
    const shown = new Set<string>();
    const lanes = [
      createLane({ loaded, tell: ({ finding }) => shown.add(finding.id) }),
      createLane({ loaded: open, tell: ({ finding }) => hidden.push(finding) }),
    ];
    await scan(args.files, lanes, io);
    hidden.splice(0, hidden.length, ...hidden.filter(({ id }) => !shown.has(id)));
  }
  const entries = allowlistEntries(loaded.config, loaded.rules);
  const doubts = auditEntries(entries, io.now() * 1000, args.files.length > 0 ? hidden : undefined);
  for (const { entry, kind, detail } of doubts)
    io.stdout.write(`${kind.padEnd(10)} ${describe(entry)}: ${detail}\n`);
  return EXIT.ok;
};
