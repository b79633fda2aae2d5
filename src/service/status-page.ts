import { createHash } from 'node:crypto';
import type { Silence } from '../alerts/silences.ts';
import type { LaneStatus } from '../sinks/deliver.ts';
import type { Store } from '../state/store.ts';
import {
  renderStatus,
  type SinkStatus,
  type Status,
  type StreamStatus as Stream,
  statusPolicy,
} from '../status/page.ts';
import { version } from '../version.ts';
import type { Generation, GenerationStatus } from './generation.ts';
import type { Answer } from './http.ts';
import type { StreamStatus } from './stream-status.ts';

export interface PageFacts {
  readonly generation: Generation;
  readonly store: Store;
  readonly startedMs: number;
  readonly nowMs: number;
}

const RECENT = 20;
const DAY_MS = 86_400_000;

/** The page at `/`: read-only, without secrets, whole without JavaScript. */
export const statusPage = (facts: PageFacts): Answer => ({
  status: 200,
  type: 'text/html; charset=utf-8',
  body: renderStatus(pageStatus(facts)),
  headers: { 'content-security-policy': statusPolicy() },
});

const pageStatus = ({ generation, store, startedMs, nowMs }: PageFacts): Status => {
  const { streams, delivery, tailnet } = generation.status();
  const { rules } = generation.loaded;
  return {
    now: nowMs * 1000,
    started: startedMs * 1000,
    version,
    rules: `${rules.length} (${digest(rules.map(({ id, code }) => `${code} ${id}`))})`,
    ready: true,
    today: alertsToday(store, nowMs),
    recent: store.findings.latest(RECENT).map(({ finding }) => finding),
    streams: streams.map((stream) => streamOf(stream, nowMs)),
    coverage: coverageOf(generation),
    silences: delivery.muting.map(silenceOf),
    delivery: delivery.lanes.map((lane) => sinkOf(lane, nowMs)),
    allowlists: allowlistsOf(generation, tailnet),
  };
};

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);

const alertsToday = (store: Store, nowMs: number): Status['today'] => {
  const today = { info: 0, warning: 0, critical: 0 };
  for (const { severity, alerts } of store.alerts.tally(nowMs - (nowMs % DAY_MS), nowMs + 1))
    today[severity] += alerts;
  return today;
};

const streamOf = (
  { name, lines, newest, provenToMs, gaps, trouble }: StreamStatus,
  nowMs: number,
): Stream => ({
  name,
  lines,
  lastEvent: newest,
  lagSeconds: provenToMs === undefined ? undefined : Math.max(0, (nowMs - provenToMs) / 1000),
  gaps: gaps.map(({ from, to }) => ({ from: Number(from / 1000n), to: Number(to / 1000n) })),
  problem: trouble,
});

/** By observation since the start: which rules have seen what they need. `detector coverage` says more. */
const coverageOf = ({ loaded, assembled }: Generation): Status['coverage'] => {
  const { sightings } = assembled;
  const missing = new Map(sightings.blind().map((blind) => [blind.branch, blind.missing] as const));
  return loaded.rules
    .filter(({ format }) => format !== undefined && format !== 'pipeline')
    .map(({ code, title, format }) => {
      const fields = missing.get(code) ?? [];
      if (format === undefined || !sightings.formats.has(format)) {
        return { rule: code, title, state: 'not_seen', why: `no ${format} line since the start` };
      }
      return fields.length === 0
        ? { rule: code, title, state: 'can_fire', why: 'every field that it needs was seen' }
        : { rule: code, title, state: 'not_seen', why: `not seen since the start: ${fields.join(', ')}` };
    });
};

const silenceOf = ({ id, matchers, endsMs, createdBy, comment }: Silence): Status['silences'][number] => ({
  id,
  matchers: matchers
    .map(
      ({ name, value, isEqual, isRegex }) =>
        `${name}${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}${JSON.stringify(value)}`,
    )
    .join(', '),
  until: endsMs * 1000,
  by: createdBy,
  reason: comment,
});

const sinkOf = ({ lane, waiting, oldestMs, blocked, failing }: LaneStatus, nowMs: number): SinkStatus => ({
  name: lane,
  waiting,
  oldestSeconds: oldestMs === undefined ? undefined : (nowMs - oldestMs) / 1000,
  lastDelivered: undefined,
  problem: blocked ?? failing,
});

const allowlistsOf = ({ loaded }: Generation, tailnet: GenerationStatus['tailnet']): Status['allowlists'] => {
  const { config, zones } = loaded;
  const fixed = zones.names.map((name) => ({
    name: `zone ${name}`,
    entries: zones.table.entries(name).length,
    refreshed: undefined,
    problem: undefined,
  }));
  const lists = [...config.lists].map(([name, entries]) => ({
    name: `list ${name}`,
    entries: entries.length,
    refreshed: undefined,
    problem: undefined,
  }));
  if (tailnet === undefined) return [...fixed, ...lists];
  const refreshed = tailnet.listedMs === undefined ? undefined : tailnet.listedMs * 1000;
  return [
    ...fixed,
    ...lists,
    { name: 'Headscale', entries: tailnet.nodes, refreshed, problem: tailnet.problem },
  ];
};
