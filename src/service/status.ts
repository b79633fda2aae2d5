import type { DeliveryStatus } from '../delivery.ts';
import type { TailnetStatus } from '../headscale/tailnet.ts';
import { version } from '../version.ts';
import type { Generation } from './generation.ts';
import type { StreamStatus } from './stream-status.ts';

/** `/api/v1/status`, stable: what a person or a script asks to know whether the detector sees and tells. */
export interface ServiceStatus {
  readonly version: string;
  readonly startedAt: string;
  readonly rules: readonly string[];
  readonly streams: readonly StreamReport[];
  readonly delivery: DeliveryStatus;
  readonly tailnet: TailnetStatus | null;
  readonly conditions: readonly {
    readonly name: string;
    readonly severity: string;
    readonly summary: string;
  }[];
  readonly reload: ReloadStatus;
}

export interface ReloadStatus {
  /** False when the last reload found mistakes; the configuration before it is in force. */
  readonly good: boolean;
  readonly at: string;
  readonly mistakes: readonly string[];
}

interface StreamReport extends Omit<StreamStatus, 'gaps' | 'newest' | 'lastReadMs' | 'provenToMs'> {
  readonly newest: string | null;
  readonly lastRead: string | null;
  readonly provenTo: string | null;
  readonly lagSeconds: number | null;
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
}

const iso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

const reportOf = (stream: StreamStatus, nowMs: number): StreamReport => {
  const { newest, lastReadMs, provenToMs, gaps, ...rest } = stream;
  return {
    ...rest,
    newest: iso(newest === undefined ? undefined : newest / 1000),
    lastRead: iso(lastReadMs),
    provenTo: iso(provenToMs),
    lagSeconds: provenToMs === undefined ? null : Math.max(0, (nowMs - provenToMs) / 1000),
    gaps: gaps.map(({ from, to }) => ({
      from: new Date(Number(from / 1_000_000n)).toISOString(),
      to: new Date(Number(to / 1_000_000n)).toISOString(),
    })),
  };
};

export interface StatusFacts {
  readonly generation: Generation;
  readonly startedMs: number;
  readonly nowMs: number;
  readonly reload: ReloadStatus;
}

export const serviceStatus = ({ generation, startedMs, nowMs, reload }: StatusFacts): ServiceStatus => {
  const { streams, delivery, tailnet } = generation.status();
  return {
    version,
    startedAt: new Date(startedMs).toISOString(),
    rules: generation.loaded.rules.map(({ code }) => code),
    streams: streams.map((stream) => reportOf(stream, nowMs)),
    delivery,
    tailnet: tailnet ?? null,
    conditions: generation.delivery.conditions.active.map(({ name, severity, summary }) => ({
      name,
      severity,
      summary,
    })),
    reload,
  };
};
