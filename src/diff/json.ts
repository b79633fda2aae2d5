import { jsonLine } from '../sinks/finding-json.ts';
import type { Comparison } from './compare.ts';

/** One line a difference, for programs. */
export const comparisonJson = ({ rules }: Comparison): readonly string[] =>
  rules
    .flatMap(({ findings, alerts }) => [
      ...findings.added.map((finding) => ({ change: 'added', finding })),
      ...findings.removed.map((finding) => ({ change: 'removed', finding })),
      ...findings.changed.map(({ before, after, what }) => ({
        change: 'changed',
        what,
        before,
        finding: after,
      })),
      ...alerts.added.map((alert) => ({ change: 'added', alert })),
      ...alerts.removed.map((alert) => ({ change: 'removed', alert })),
      ...alerts.changed.map(({ before, after, what }) => ({ change: 'changed', what, before, alert: after })),
    ])
    .map((each) => jsonLine({ schema_version: 1, ...each }));
