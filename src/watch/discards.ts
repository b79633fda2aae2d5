import type { Micros } from '../event.ts';
import { noLine, type Observation } from './observation.ts';

/** D3: what Loki discarded between two looks at its counters. A counter that fell belongs to a Loki that started anew. */
export const discarded = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  at: Micros,
): readonly Observation[] =>
  [...after].flatMap(([reason, count]) => {
    const known = before.get(reason) ?? 0;
    const more = count < known ? count : count - known;
    return more === 0
      ? []
      : [
          {
            kind: 'discarded' as const,
            stream: 'loki',
            line: noLine('loki'),
            time: at,
            subject: reason,
            facts: { reason, count: more },
          },
        ];
  });
