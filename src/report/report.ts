import type { Told } from '../alert.ts';
import type { Micros } from '../event.ts';
import type { ReplaySummary } from '../replay-summary.ts';
import type { Rule } from '../rules/rule.ts';
import { renderActors } from './actors.ts';
import { renderAddresses } from './addresses.ts';
import { renderAttack } from './attack.ts';
import { renderCoverage } from './coverage.ts';
import { findingsData, renderFindings } from './findings.ts';
import { html, jsonScript } from './html.ts';
import { renderNoise } from './noise.ts';
import { renderOverview } from './overview.ts';
import { assets, renderPage } from './page.ts';
import { renderRules } from './rules.ts';
import { renderTimeline } from './timeline.ts';

/** What a report is made of. */
export interface ReportInput {
  readonly tolds: readonly Told[];
  readonly rules: readonly Rule[];
  readonly summary: ReplaySummary;
  /** Who an address belongs to (a tailnet's owner, the reason of a zone's entry); undefined when nobody knows. */
  readonly ownerOf: (address: string, at: Micros | undefined) => string | undefined;
}

const SECTIONS = [
  ['overview', 'Overview'],
  ['timeline', 'Timeline'],
  ['rules', 'Rules'],
  ['actors', 'Actors'],
  ['addresses', 'Addresses'],
  ['findings', 'Findings'],
  ['attack', 'ATT&CK'],
  ['coverage', 'Coverage'],
  ['noise', 'Noise'],
] as const;

/** The report as one HTML file that needs no network. Everything from the log is text in it. */
export const renderReport = (input: ReportInput): string =>
  renderPage({
    title: 'Detection report',
    sections: SECTIONS,
    styles: [assets.chartStyle()],
    scripts: [assets.theme(), assets.chart(), assets.report()],
    body: html`${renderOverview(input)}
${renderTimeline(input)}
${renderRules(input)}
${renderActors(input)}
${renderAddresses(input)}
${renderFindings(input)}
${renderAttack(input)}
${renderCoverage(input)}
${renderNoise(input)}
<script type="application/json" id="data">${jsonScript(findingsData(input.tolds))}</script>`,
  });
