import type { Told } from '../alert.ts';
import { exemptionsOf } from '../allowlist/exemptions.ts';
import { type Html, html } from './html.ts';
import { MOST_ROWS, section, table } from './parts.ts';
import type { ReportInput } from './report.ts';
import { distinct, opensAlert } from './tally.ts';

/** An entry that would silence findings. */
interface Candidate {
  readonly where: string;
  readonly entry: string;
  readonly tolds: readonly Told[];
}

/** Fields of the lists, as findings have them. */
const VALUE_OF: Readonly<Record<string, (told: Told) => string | undefined>> = {
  'k8s.actor': ({ finding }) => finding.actor,
  'k8s.namespace': ({ finding }) => finding.namespace,
  'net.zones': ({ finding }) => finding.peer,
};

const candidates = ({ tolds, rules }: ReportInput): readonly Candidate[] => {
  const exemptions = rules.flatMap(exemptionsOf);
  const byEntry = new Map<string, { where: string; entry: string; tolds: Told[] }>();
  for (const told of tolds) {
    for (const { rule, kind, name, field } of exemptions) {
      const entry = rule === told.finding.rule ? VALUE_OF[field]?.(told) : undefined;
      if (entry === undefined || entry === '') continue;
      // Rules that trust zones trust the same ones, so one row stands for a trusted zone.
      const where = kind === 'zone' ? 'a trusted zone' : `list ${name}`;
      const key = JSON.stringify([where, entry]);
      const known = byEntry.get(key) ?? { where, entry, tolds: [] };
      byEntry.set(key, known);
      known.tolds.push(told);
    }
  }
  return [...byEntry.values()].sort(
    (a, b) => b.tolds.length - a.tolds.length || (a.entry < b.entry ? -1 : 1),
  );
};

const criticalIn = (tolds: readonly Told[]): number =>
  tolds.filter(({ finding }) => finding.severity === 'critical').length;

/** Which allowlist entry would remove how much, and what else would go with it. */
export const renderNoise = (input: ReportInput): Html => {
  const rows = candidates(input)
    .slice(0, MOST_ROWS)
    .map(({ where, entry, tolds }) => [
      entry,
      where,
      tolds.filter(opensAlert).length,
      tolds.length,
      criticalIn(tolds),
      distinct(tolds, ({ finding }) => finding.rule).join(', '),
      `${distinct(tolds, ({ finding }) => finding.actor).length} actors, ${distinct(tolds, ({ finding }) => finding.peer).length} addresses, ${distinct(tolds, ({ finding }) => finding.object).length} objects`,
    ]);
  const columns = [
    { name: 'Entry' },
    { name: 'Into' },
    { name: 'Alerts removed', number: true },
    { name: 'Findings removed', number: true },
    { name: 'Of them critical', number: true },
    { name: 'Rules that go blind to it' },
    { name: 'What it would hide' },
  ];
  return section(
    'noise',
    'Noise',
    'What one more allowlist entry would remove, and what else it would hide. Check it with replay --diff before you write it.',
    rows.length === 0
      ? html`<p class="lead">No list or zone would remove any of these findings.</p>`
      : table('What allowlist entries would remove', columns, rows),
  );
};
