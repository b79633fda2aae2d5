import type { Store } from '../state/store.ts';
import { URGENCY } from './plan.ts';

/** Hour of the day (UTC) at which the digest is due. */
const HOUR = 8;
const DAY_MS = 86_400_000;
const KEY = 'digest';

/** Puts the digest of the day into the outbox when its hour has come; late when the detector was down. True when it did. */
export function putDigest(store: Store, lane: string, nowMs: number): boolean {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS + HOUR * 3_600_000;
  const toMs = nowMs >= today ? today : today - DAY_MS;
  const kept = store.meta.read(KEY)?.value;
  if (typeof kept !== 'number') {
    // The first start: the first digest is due at the next hour, not now.
    store.meta.write(KEY, toMs, nowMs);
    return false;
  }
  if (toMs <= kept) return false;
  store.transaction(() => {
    store.meta.write(KEY, toMs, nowMs);
    store.outbox.put(
      {
        lane,
        kind: 'digest',
        subject: new Date(toMs).toISOString().slice(0, 10),
        urgency: URGENCY.digest,
        rule: 'detector',
        severity: 'info',
        first: true,
        // A detector that slept for a month tells the last week.
        payload: { fromMs: Math.max(kept, toMs - 7 * DAY_MS), toMs },
        notBeforeMs: nowMs,
        renewable: false,
      },
      nowMs,
    );
  });
  return true;
}
