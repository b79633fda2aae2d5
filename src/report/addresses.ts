import { type Html, html } from './html.ts';
import { badge, clock, MOST_ROWS, more, searchable, section, table } from './parts.ts';
import type { ReportInput } from './report.ts';
import { distinct, groupBy } from './tally.ts';

export const renderAddresses = ({ tolds, ownerOf }: ReportInput): Html => {
  const groups = groupBy(tolds, ({ finding }) => finding.peer);
  const rows = groups.slice(0, MOST_ROWS).map(({ name, tolds: found, alerts, worst }) => {
    const last = found.at(-1)?.finding;
    const zones = distinct(found, ({ finding }) => finding.zones.join(', ') || undefined);
    return [
      searchable(name),
      zones.join(' or ') || html`<em>none</em>`,
      ownerOf(name, last?.time) ?? '–',
      badge(worst),
      alerts,
      found.length,
      distinct(found, ({ finding }) => finding.actor)
        .slice(0, 4)
        .join(', '),
      html`<span class="time">${clock(found[0]?.finding.time)}</span>`,
      html`<span class="time">${clock(last?.time)}</span>`,
    ];
  });
  const columns = [
    { name: 'Address' },
    { name: 'Zone' },
    { name: 'Owner or reason' },
    { name: 'Worst' },
    { name: 'Alerts', number: true },
    { name: 'Findings', number: true },
    { name: 'Actors' },
    { name: 'First' },
    { name: 'Last' },
  ];
  return section(
    'addresses',
    'Source addresses',
    'Where it came from. An address in no zone is not trusted.',
    html`${table('Findings by source address', columns, rows)}${more(groups.length)}`,
  );
};
