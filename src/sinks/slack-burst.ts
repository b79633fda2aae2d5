import type { AlertRecord } from '../alerts/record.ts';
import type { AlertView, RenderContext, Rendered } from './slack-message.ts';
import { fits, MARK, section } from './slack-message.ts';
import { slackCode, slackText } from './slack-text.ts';

/** Most actors in one message: each has a line. */
export const ACTORS_PER_BURST = 25;

/**
 * Many alerts of one rule and severity as one message with a line for each actor: whoever causes ten thousand alerts
 * gets lines, not the channel.
 */
export function renderBurst(views: readonly AlertView[], { nodeOf }: RenderContext): Rendered {
  const records = views.map(({ record }) => record);
  const [head] = records;
  if (head === undefined) return { text: '', blocks: [] };
  const { finding, severity } = head;
  const byActor = groupByActor(records);
  const title = `${MARK[severity]} ${severity.toUpperCase()} · ${slackText(finding.rule, 40)} ${slackText(finding.title, 150)}: ${records.length} alerts, ${byActor.size} actors`;
  const lines = [...byActor].map(([actor, own]) => lineOf(actor, own, nodeOf));
  const short = [...byActor].map(([actor, own]) => `• ${slackCode(actor, 80)} ×${own.length}`);
  const intro =
    'Too many at once for a message each. Every actor has a line; all of it is in Alertmanager and in the state store.';
  const heading = section(`*${title}*\n${intro}`);
  const blocks = [heading, ...inSections(lines)];
  return { text: title, blocks: fits(blocks) ? blocks : [heading, ...inSections(short)] };
}

function groupByActor(records: readonly AlertRecord[]): ReadonlyMap<string, readonly AlertRecord[]> {
  const groups = new Map<string, AlertRecord[]>();
  for (const record of records) {
    const actor = record.finding.actor ?? 'unknown';
    const group = groups.get(actor);
    if (group === undefined) groups.set(actor, [record]);
    else group.push(record);
  }
  return groups;
}

function lineOf(actor: string, records: readonly AlertRecord[], nodeOf: RenderContext['nodeOf']): string {
  const peers = [...new Set(records.flatMap((record) => record.peers))];
  const objects = [...new Set(records.flatMap((record) => record.objects))];
  const node = peers[0] === undefined ? undefined : nodeOf(peers[0]);
  const from =
    peers.length === 0 ? '' : ` from ${few(peers)}${node === undefined ? '' : ` (${slackText(node, 80)})`}`;
  const on = objects.length === 0 ? '' : ` on ${few(objects)}`;
  return `• ${slackCode(actor, 80)}${on}${from}${records.length > 1 ? ` ×${records.length}` : ''}`;
}

const few = (values: readonly string[]): string => {
  const shown = values.slice(0, 2).map((value) => slackCode(value, 60));
  return values.length > 2 ? `${shown.join(', ')} and ${values.length - 2} more` : shown.join(', ');
};

/** A section takes 3,000 characters; six lines stay below that whatever they hold. */
function inSections(lines: readonly string[]) {
  const sections = [];
  for (let i = 0; i < lines.length; i += 6) sections.push(section(lines.slice(i, i + 6).join('\n')));
  return sections;
}
