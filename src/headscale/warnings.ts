import type { Conditions } from '../sinks/conditions.ts';
import type { TailnetStatus } from './tailnet.ts';

const STALE_MS = 900_000;
const WARN_BEFORE_MS = 14 * 86_400_000;

/** Tells in advance what would make the tailnet's list go stale. Call it now and then. */
export function warnAboutTailnet(
  { listedMs, problem, keyExpiresMs }: TailnetStatus,
  conditions: Conditions,
  nowMs: number,
): void {
  const stale = { name: 'DetectorHeadscaleStale' };
  const age = listedMs === undefined ? undefined : nowMs - listedMs;
  if (problem !== undefined && (age === undefined || age > STALE_MS)) {
    const old = age === undefined ? 'there is none' : `it is ${Math.round(age / 60_000)} minutes old`;
    conditions.raise(
      {
        ...stale,
        severity: 'warning',
        summary: `The list of tailnet nodes cannot be renewed, ${old}: ${problem}`,
      },
      nowMs,
    );
  } else conditions.clear(stale, nowMs);
  const expires = { name: 'DetectorHeadscaleKeyExpires' };
  if (keyExpiresMs !== undefined && keyExpiresMs - nowMs < WARN_BEFORE_MS) {
    const on = new Date(keyExpiresMs).toISOString().slice(0, 10);
    conditions.raise(
      {
        ...expires,
        severity: 'warning',
        summary: `The Headscale API key ends on ${on}: make a new one with \`headscale apikeys create\``,
      },
      nowMs,
    );
  } else conditions.clear(expires, nowMs);
}
