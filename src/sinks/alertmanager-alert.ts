import type { HeldAlert } from '../alerts/held.ts';
import type { Labels, Micros } from '../event.ts';
import { redactText } from '../redact.ts';
import { formatRfc3339 } from '../time.ts';
import { UNPRINTABLE, visibleEscape } from '../unprintable.ts';
import type { Links } from './links.ts';

/** An alert as `POST /api/v2/alerts` takes it. */
export interface PostableAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

export interface RenderOptions {
  readonly nowMs: number;
  /** Set once the alert is over. */
  readonly resolvedMs: number | undefined;
  readonly links: Links;
}

/** Alertmanager drops an alert that is not sent again within this time: ours are sent every minute. */
const LIVES_MS = 300_000;
const LONGEST_TEXT = 1_500;

export function postable(held: HeldAlert, { nowMs, resolvedMs, links }: RenderOptions): PostableAlert {
  const endsMs = resolvedMs ?? nowMs + LIVES_MS;
  const generatorURL = links.logs(held.finding, held.last);
  return {
    labels: held.labels,
    annotations: annotationsOf(held, links),
    startsAt: new Date(Math.min(startMs(held), nowMs, endsMs - 1)).toISOString(),
    endsAt: new Date(endsMs).toISOString(),
    ...(generatorURL === undefined ? {} : { generatorURL }),
  };
}

/** Event time, but an attacker's clock may say anything: Alertmanager refuses years that are none. */
function startMs({ first, openedMs }: HeldAlert): number {
  const ms = first === undefined ? openedMs : Math.floor(first / 1000);
  return ms > 0 && ms < openedMs ? ms : openedMs;
}

function annotationsOf(held: HeldAlert, links: Links): Labels {
  const { finding, count, first, last, findingIds } = held;
  const from =
    finding.peer === undefined
      ? []
      : [`from ${finding.peer}`, `zones: ${finding.zones.join(', ') || 'none'}`];
  const description = [finding.title, `${count} ${count === 1 ? 'finding' : 'findings'}`, ...from];
  const given: Record<string, string | undefined> = {
    summary: finding.summary,
    description: description.join('; '),
    finding_ids: findingIds.join(','),
    count: String(count),
    first_seen: stamp(first),
    last_seen: stamp(last),
    object: finding.object,
    verified: finding.verified ? undefined : 'false',
    evidence: finding.evidence
      .map(({ text }) => text)
      .slice(0, 3)
      .join('\n'),
    runbook_url: links.runbook(finding.rule),
    logs_url: links.logs(finding, last),
    silence_url: links.silence(held.labels),
  };
  const kept = Object.entries(given).flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [[name, name.endsWith('_url') || name === 'finding_ids' ? value : harmlessText(value)] as const],
  );
  return Object.fromEntries(kept);
}

const stamp = (time: Micros | undefined): string | undefined =>
  time === undefined ? undefined : formatRfc3339(time);

/** There is no limit at Alertmanager, but there is one in every notifier behind it. Lines stay lines. */
const harmlessText = (text: string): string => {
  const safe = redactText(text.slice(0, LONGEST_TEXT * 4))
    .split('\n')
    .map((line) => line.replace(UNPRINTABLE, visibleEscape))
    .join('\n');
  return safe.length > LONGEST_TEXT
    ? `${safe.slice(0, LONGEST_TEXT).replace(/[\uD800-\uDBFF]$/, '')}…`
    : safe;
};
