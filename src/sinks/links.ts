import type { Labels, Micros } from '../event.ts';
import type { Finding } from '../finding.ts';

/** Links that go with an alert; undefined where nothing is configured to link to. */
export interface Links {
  /** Grafana Explore with the exact window of the evidence. */
  logs(finding: Finding, last: Micros | undefined): string | undefined;
  runbook(rule: string): string | undefined;
  /** Alertmanager's form for a new silence, filled in. */
  silence(labels: Labels): string | undefined;
}

export interface LinkOptions {
  readonly grafana: { readonly url: string; readonly loki_datasource: string } | undefined;
  readonly alertmanagerUrl: string | undefined;
  /** The log query of a stream; undefined for a file. */
  readonly selectorOf: (stream: string) => string | undefined;
  readonly runbookOf: (rule: string) => string | undefined;
}

/** Log lines around the evidence make sense of it. */
const AROUND: Micros = 30_000_000;
/** Longer than what browsers and Slack take. */
const LONGEST = 3_000;

export const createLinks = ({ grafana, alertmanagerUrl, selectorOf, runbookOf }: LinkOptions): Links => ({
  logs: (finding, last) => {
    const selector = selectorOf(finding.stream);
    const window = windowOf(finding, last);
    if (grafana === undefined || selector === undefined || window === undefined) return undefined;
    return usable(exploreUrl(grafana, selector, window));
  },
  runbook: (rule) => {
    const url = runbookOf(rule);
    return url !== undefined && /^https?:\/\//.test(url) ? usable(url) : undefined;
  },
  silence: (labels) => {
    if (alertmanagerUrl === undefined) return undefined;
    // Not the severity: a silence is about who does what, and has to hold when the alert is raised.
    const { severity: _, ...rest } = labels;
    const matchers = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return usable(
      `${trimmed(alertmanagerUrl)}/#/silences/new?filter=${encodeURIComponent(`{${matchers.join(',')}}`)}`,
    );
  },
});

const trimmed = (url: string): string => url.replace(/\/+$/, '');

/** Slack ends a link at `>` and its label begins at `|`. */
const usable = (url: string): string | undefined => {
  const safe = url.replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C');
  return safe.length > LONGEST ? undefined : safe;
};

interface Window {
  readonly from: Micros;
  readonly to: Micros;
}

function windowOf({ evidence, time }: Finding, last: Micros | undefined): Window | undefined {
  const times = [time, last, ...evidence.map((item) => item.time)].filter((at) => at !== undefined);
  if (times.length === 0) return undefined;
  return { from: Math.min(...times) - AROUND, to: Math.max(...times) + AROUND };
}

function exploreUrl(
  grafana: { url: string; loki_datasource: string },
  expr: string,
  { from, to }: Window,
): string {
  const uid = grafana.loki_datasource;
  const panes = {
    detector: {
      datasource: uid,
      queries: [{ refId: 'A', expr, queryType: 'range', datasource: { type: 'loki', uid } }],
      range: { from: String(Math.floor(from / 1000)), to: String(Math.ceil(to / 1000)) },
    },
  };
  return `${trimmed(grafana.url)}/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
}
