import type { Told } from '../alert.ts';
import type { Micros } from '../event.ts';
import type { Finding, Severity } from '../finding.ts';

/** An alert as a whole: what #security saw of it in the end. */
export interface ToldAlert {
  readonly key: string;
  readonly rule: string;
  readonly time: Micros | undefined;
  readonly severity: Severity;
  readonly findings: readonly string[];
  /** Sentence of the finding that opened it. */
  readonly summary: string;
}

/** What one side of a comparison told. */
export interface Side {
  readonly findings: ReadonlyMap<string, Finding>;
  readonly alerts: readonly ToldAlert[];
}

export interface SideCollector {
  tell(told: Told): void;
  readonly side: Side;
}

interface Open {
  readonly key: string;
  readonly rule: string;
  readonly time: Micros | undefined;
  severity: Severity;
  readonly findings: string[];
  readonly summary: string;
}

export const collectSide = (): SideCollector => {
  const findings = new Map<string, Finding>();
  const alerts: Open[] = [];
  const open = new Map<string, Open>();
  return {
    side: { findings, alerts },
    tell({ finding, alert }) {
      findings.set(finding.id, finding);
      const known = alert.state === 'new' ? undefined : open.get(alert.key);
      if (known !== undefined) {
        known.severity = alert.severity;
        known.findings.push(finding.id);
        return;
      }
      const { rule, time, summary } = finding;
      const opened = {
        key: alert.key,
        rule,
        time,
        severity: alert.severity,
        findings: [finding.id],
        summary,
      };
      open.set(alert.key, opened);
      alerts.push(opened);
    },
  };
};
