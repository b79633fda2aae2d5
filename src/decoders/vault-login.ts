import { object, text } from './narrow.ts';
import type { VaultEvent } from './vault-event.ts';

/** A login attempt on one mount. `key` tells mounts apart: accessor, else mount point, else the path up to `login`. */
export interface VaultLogin {
  readonly key: string;
  readonly failed: boolean;
}

/**
 * A response on a login path. Many failures have no `error` key (unknown user, unknown role, all of jwt and oidc),
 * so failed means: neither a token, nor a second factor asked for (`response.auth`), nor a wrapped one.
 */
export const readLogin = (event: VaultEvent): VaultLogin | undefined => {
  const path = event.path;
  if (event.type !== 'response' || path === undefined) return undefined;
  const mountPoint = slashed(text(event.request?.['mount_point']));
  const mount = mountOf(path, mountPoint);
  if (mount === undefined) return undefined;
  return {
    key: text(event.request?.['mount_accessor']) ?? mountPoint ?? mount,
    failed: object(event.response?.['auth']) === undefined && !event.wrapped,
  };
};

const slashed = (mountPoint: string | undefined): string | undefined =>
  mountPoint === undefined || mountPoint.endsWith('/') ? mountPoint : `${mountPoint}/`;

/** The path up to `login`; undefined when the path is none of a login. */
const mountOf = (path: string, mountPoint: string | undefined): string | undefined => {
  if (path === 'sys/mfa/validate') return 'sys/mfa/';
  if (!path.startsWith('auth/')) return undefined;
  if (mountPoint !== undefined && path.startsWith(mountPoint)) {
    return /^(?:login(?:\/.+)?|oidc\/callback)$/s.test(path.slice(mountPoint.length))
      ? mountPoint
      : undefined;
  }
  const found = /^(auth\/.+?\/)login(?:\/.+)?$/s.exec(path) ?? /^(auth\/.+?\/oidc\/)callback$/s.exec(path);
  return found?.[1];
};
