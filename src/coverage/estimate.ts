import type { KubeEvent } from '../decoders/kube-event.ts';
import { object } from '../decoders/narrow.ts';
import { type AuditPolicy, decide, isAtLeast, LEVELS, type PolicyRule } from './audit-policy.ts';
import { recordedRequest } from './recorded-request.ts';

export interface Volume {
  readonly lines: number;
  readonly bytes: number;
}

/** What a recorded file would have been under a policy. */
export interface Estimate {
  readonly before: Volume;
  readonly after: Volume;
  /** Lines that the policy wants with a body that the file does not hold: their real size is larger. */
  readonly larger: number;
  readonly byRule: ReadonlyMap<PolicyRule, number>;
  readonly seconds: number | undefined;
}

export interface Estimator {
  note(event: KubeEvent): void;
  result(): Estimate;
}

/** Counts event by event. A file cannot tell of requests that its own policy dropped. */
export const createEstimator = (policy: AuditPolicy): Estimator => {
  const before = { lines: 0, bytes: 0 };
  const after = { lines: 0, bytes: 0 };
  const byRule = new Map<PolicyRule, number>();
  let larger = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  return {
    note(event) {
      const bytes = Buffer.byteLength(event.text) + 1;
      before.lines++;
      before.bytes += bytes;
      if (event.time !== undefined) {
        first = Math.min(first, event.time);
        last = Math.max(last, event.time);
      }
      const { level, omitStages, rule } = decide(policy, recordedRequest(event.doc));
      if (rule === undefined || level === 'None' || omitStages.some((stage) => stage === event.doc['stage']))
        return;
      byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
      const recorded = LEVELS.find((each) => each === event.doc['level']) ?? 'Metadata';
      if (!isAtLeast(recorded, level)) larger++;
      after.lines++;
      after.bytes += bytes - unwanted(event, level === 'Metadata', level !== 'RequestResponse');
    },
    result: () => ({
      before,
      after,
      larger,
      byRule,
      seconds: last > first ? (last - first) / 1e6 : undefined,
    }),
  };
};

const unwanted = ({ doc }: KubeEvent, request: boolean, response: boolean): number =>
  (request ? sizeOf(doc, 'requestObject') : 0) + (response ? sizeOf(doc, 'responseObject') : 0);

const sizeOf = (doc: KubeEvent['doc'], key: string): number =>
  object(doc)?.[key] === undefined ? 0 : Buffer.byteLength(JSON.stringify(doc[key])) + key.length + 4;
