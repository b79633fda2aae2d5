import type { AlertRecord } from '../alerts/record.ts';
import type { Severity } from '../finding.ts';
import { compileWildcard, type WildcardPart } from '../wildcard.ts';

export interface Route {
  readonly channel: string;
  readonly severity?: readonly Severity[] | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly streams?: readonly string[] | undefined;
}

export interface Destination {
  readonly channel: string;
  /** False: only the daily digest tells it. */
  readonly alone: boolean;
}

/**
 * Where an alert goes: the first route that fits, else the default channel. Alerts of severity info wait for the digest,
 * unless the route asks for them by name.
 */
export function createRouting(
  routes: readonly Route[],
  defaultChannel: string,
): (record: AlertRecord) => Destination {
  const compiled = routes.map((route) => ({ route, fits: fitting(route) }));
  return (record) => {
    const route = compiled.find(({ fits }) => fits(record))?.route;
    const mild = record.severity === 'info' && route?.severity?.includes('info') !== true;
    return { channel: route?.channel ?? defaultChannel, alone: !mild };
  };
}

function fitting({ severity, rules, streams }: Route): (record: AlertRecord) => boolean {
  const patterns = rules?.map((pattern) => compileWildcard(partsOf(pattern)));
  return (record) =>
    (severity === undefined || severity.includes(record.severity)) &&
    (patterns === undefined || patterns.some((test) => test(record.finding.rule))) &&
    (streams === undefined || streams.includes(record.finding.stream));
}

const partsOf = (pattern: string): readonly WildcardPart[] =>
  pattern
    .split('*')
    .flatMap((literal, index): readonly WildcardPart[] => [
      ...(index === 0 ? [] : [{ any: 'many' as const }]),
      ...(literal === '' ? [] : [{ literal }]),
    ]);
