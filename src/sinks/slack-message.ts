import type { ActionsBlock, ContextBlock, HeaderBlock, KnownBlock, SectionBlock } from '@slack/web-api';
import type { AlertRecord } from '../alerts/record.ts';
import type { Labels, Micros } from '../event.ts';
import type { Severity } from '../finding.ts';
import { formatRfc3339 } from '../time.ts';
import type { Links } from './links.ts';
import { slackCode, slackCodeBlock, slackPlain, slackText } from './slack-text.ts';

/** A message as chat.postMessage and chat.update take it. */
export interface Rendered {
  /** For notifications and screen readers, and all there is when blocks are refused. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

export interface AlertView {
  readonly record: AlertRecord;
  readonly reason: 'new' | 'raised';
  readonly labels: Labels;
  /** The rule was never seen with this actor in the last day. */
  readonly first: boolean;
  /** An earlier attempt got no answer: the same message may stand here already. */
  readonly suspect: boolean;
  /** The channel that the message was meant for, when that one takes none. */
  readonly meantFor: string | undefined;
}

export interface RenderContext {
  readonly links: Links;
  /** Who owns an address: `laptop-3 of viktor`. */
  readonly nodeOf: (address: string) => string | undefined;
}

/** How much of a message is left out when Slack refuses more: nothing, evidence, fields too, everything but the text. */
export const LEVELS = ['full', 'no-evidence', 'no-fields', 'plain'] as const;
export type Level = (typeof LEVELS)[number];

/** Undocumented: Slack refuses messages of about 13,200 characters in all. */
const MOST_CHARACTERS = 12_000;
const MOST_BLOCKS = 50;
const LONGEST_TEXT = 3_000;

export const MARK: Readonly<Record<Severity, string>> = { critical: '🔴', warning: '🟠', info: '⚪' };

/** The fullest form that is within Slack's limits, from `level` on. */
export function renderAlert(
  view: AlertView,
  context: RenderContext,
  level: Level = 'full',
): Rendered & { readonly level: Level } {
  const text = fallbackText(view);
  for (const candidate of LEVELS.slice(LEVELS.indexOf(level))) {
    const blocks = candidate === 'plain' ? [] : blocksOf(view, context, candidate);
    if (fits(blocks)) return { text, blocks, level: candidate };
  }
  return { text, blocks: [], level: 'plain' };
}

export const fits = (blocks: readonly KnownBlock[]): boolean =>
  blocks.length <= MOST_BLOCKS && JSON.stringify(blocks).length <= MOST_CHARACTERS;

function fallbackText({ record, reason }: AlertView): string {
  const { finding, severity, count } = record;
  const raised = reason === 'raised' ? ' (raised)' : '';
  const times = count > 1 ? ` ×${count}` : '';
  return `${MARK[severity]} ${severity.toUpperCase()}${raised} ${slackText(finding.rule, 40)}: ${slackText(finding.summary, LONGEST_TEXT)}${times}`;
}

function blocksOf(view: AlertView, context: RenderContext, level: Level): readonly KnownBlock[] {
  const { finding } = view.record;
  const evidence = level === 'full' && finding.evidence.length > 0 ? [evidenceBlock(view.record)] : [];
  const fields = level === 'no-fields' ? [] : [fieldsBlock(view.record, context)];
  const buttons = buttonsBlock(view, context.links);
  return [
    headerBlock(view),
    section(`${slackText(finding.summary, 1_500)}${whyNotSure(view.record)}`),
    ...fields,
    ...evidence,
    ...(buttons === undefined ? [] : [buttons]),
    footerBlock(view),
  ];
}

function headerBlock({ record, reason }: AlertView): HeaderBlock {
  const { finding, severity } = record;
  const raised = reason === 'raised' ? ' · raised' : '';
  const text = `${MARK[severity]} ${severity.toUpperCase()}${raised} · ${finding.rule} ${finding.title}`;
  return { type: 'header', text: { type: 'plain_text', text: slackPlain(text, 150), emoji: false } };
}

const whyNotSure = ({ finding }: AlertRecord): string =>
  finding.verified ? '' : '\n_Not certain: the log does not hold all that the rule would need._';

/** `verbatim`: Slack turns no name, address or word into a link or a mention. */
export const section = (text: string): SectionBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text, verbatim: true },
});

function fieldsBlock(record: AlertRecord, context: RenderContext): SectionBlock {
  const { finding, count, first, last, peers, objects } = record;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['When', whenText(first, last)],
    ['Count', count > 1 ? `×${count}` : undefined],
    ['Who', finding.actor === undefined ? undefined : slackCode(finding.actor, 300)],
    ['From', fromText(record, context, peers)],
    ['What', objects.length === 0 ? undefined : severalCodes(objects)],
    ['Outcome', finding.outcome],
    ['Stream', slackCode(finding.stream, 100)],
    ['Rule', slackCode(finding.branch, 100)],
  ];
  const fields = rows.flatMap(([name, value]) =>
    value === undefined ? [] : [{ type: 'mrkdwn' as const, text: `*${name}*\n${value}`, verbatim: true }],
  );
  return { type: 'section', fields };
}

function fromText(
  { finding }: AlertRecord,
  { nodeOf }: RenderContext,
  peers: readonly string[],
): string | undefined {
  if (finding.peer === undefined) return 'unknown address';
  const node = nodeOf(finding.peer);
  const zones =
    finding.zones.length === 0 ? 'in no known zone' : `zones ${slackText(finding.zones.join(', '), 200)}`;
  const who = node === undefined ? zones : `${slackText(node, 200)}, ${zones}`;
  const more = peers.length > 1 ? ` and ${peers.length - 1} more` : '';
  return `${slackCode(finding.peer, 100)}${more} (${who})`;
}

function severalCodes(values: readonly string[]): string {
  const shown = values.slice(0, 3).map((value) => slackCode(value, 300));
  return values.length > 3 ? `${shown.join(', ')} and ${values.length - 3} more` : shown.join(', ');
}

function whenText(first: Micros | undefined, last: Micros | undefined): string | undefined {
  if (first === undefined) return 'the line holds no time';
  const until = last === undefined || last === first ? '' : ` to ${dateToken(last)}`;
  return `${dateToken(first)}${until}`;
}

/** Each reader's own time zone, and UTC where Slack cannot. */
export function dateToken(time: Micros): string {
  const utc = `${formatRfc3339(time).slice(0, 19).replace('T', ' ')} UTC`;
  const seconds = Math.floor(time / 1_000_000);
  return seconds > 0 && seconds < 32_503_680_000
    ? `<!date^${seconds}^{date_short_pretty} {time_secs}|${utc}> (${utc})`
    : utc;
}

function evidenceBlock({ finding }: AlertRecord): SectionBlock {
  const lines = finding.evidence.slice(0, 3).map(({ text }) => text);
  return section(slackCodeBlock(lines, 900));
}

function buttonsBlock({ record, labels }: AlertView, links: Links): ActionsBlock | undefined {
  const wanted: readonly (readonly [string, string | undefined])[] = [
    ['Logs', links.logs(record.finding, record.last)],
    ['Runbook', links.runbook(record.finding.rule)],
    ['Silence', links.silence(labels)],
  ];
  const elements = wanted.flatMap(([name, url]) =>
    url === undefined
      ? []
      : [
          {
            type: 'button' as const,
            action_id: name.toLowerCase(),
            url,
            text: { type: 'plain_text' as const, text: name },
          },
        ],
  );
  return elements.length === 0 ? undefined : { type: 'actions', elements };
}

function footerBlock({ record, first, suspect, meantFor }: AlertView): ContextBlock {
  const notes = [
    `finding ${record.finding.id.slice(0, 16)}`,
    ...(first ? ['first of this rule and actor today'] : []),
    ...(suspect ? ['may stand here twice: an earlier answer of Slack was lost'] : []),
    ...(meantFor === undefined ? [] : [`meant for ${slackText(meantFor, 100)}, which takes no messages`]),
  ];
  return { type: 'context', elements: [{ type: 'mrkdwn', text: notes.join(' · '), verbatim: true }] };
}
