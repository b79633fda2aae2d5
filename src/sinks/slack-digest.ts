import type { AlertTally } from '../state/alert-table.ts';
import type { Digest } from './digest.ts';
import { fits, MARK, type Rendered, section } from './slack-message.ts';
import { slackCode, slackText } from './slack-text.ts';

const MOST_ROWS = 20;

/** Comes every day, also when there is nothing: a channel that nobody fills any more would look like a quiet one. */
export function renderDigest(digest: Digest): Rendered {
  const { tally } = digest;
  const alerts = sum(tally, (row) => row.alerts);
  const muted = sum(tally, (row) => row.muted);
  const day = new Date(digest.toMs).toISOString().slice(0, 10);
  const title = `Daily digest ${day}: ${alerts === 0 ? 'no alerts' : `${alerts} ${alerts === 1 ? 'alert' : 'alerts'}, ${muted} of them muted`}`;
  const rows = tally.slice(0, MOST_ROWS).map(rowText);
  const more = tally.length > MOST_ROWS ? [`… and ${tally.length - MOST_ROWS} more`] : [];
  const parts = [
    [`*${title}*`],
    [...rows, ...more],
    digest.examples.map(
      (finding) => `${MARK.info} ${slackText(finding.rule, 40)}: ${slackText(finding.summary, 250)}`,
    ),
    digest.silences.map(silenceText),
  ].filter((lines) => lines.length > 0);
  const blocks = parts.map((lines) => section(lines.join('\n')));
  return { text: title, blocks: fits(blocks) ? blocks : blocks.slice(0, 2) };
}

const sum = (rows: readonly AlertTally[], value: (row: AlertTally) => number): number =>
  rows.reduce((total, row) => total + value(row), 0);

const rowText = ({ rule, severity, alerts, findings, actors, muted }: AlertTally): string =>
  `${MARK[severity]} ${slackText(rule, 40)}: ${alerts} alerts, ${findings} findings, ${actors} actors${muted > 0 ? `, ${muted} muted` : ''}`;

const silenceText = ({ createdBy, comment, endsMs }: Digest['silences'][number]): string =>
  `🔇 until ${new Date(endsMs).toISOString().slice(0, 16)}Z by ${slackCode(createdBy, 60)}: ${slackText(comment, 120)}`;
