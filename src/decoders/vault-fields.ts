import type { Event } from '../event.ts';
import type { DerivedField } from './decoder.ts';
import { object, text, texts } from './narrow.ts';
import { policiesOf, type VaultEvent } from './vault-event.ts';
import { readLogin } from './vault-login.ts';

const field = (
  type: DerivedField['type'],
  about: string,
  read: (event: VaultEvent) => unknown,
): DerivedField => ({
  type,
  about,
  read: (event: Event) => read(event as VaultEvent), // a decoder's fields are only called with its own events
});

export const vaultFields: Readonly<Record<string, DerivedField>> = {
  'event.time': field('number', 'time in microseconds since 1970', (e) => e.time),
  'event.actor': field('string', 'auth.display_name, else auth.entity_id', (e) => e.actor),
  'event.object': field('string', 'request.path, behind its namespace', (e) => e.object),
  'event.outcome': field(
    'string',
    'succeeded, denied, failed, or requested on a request line',
    (e) => e.outcome,
  ),
  'net.peer': field('string', 'request.remote_address', (e) => e.peer),
  'net.zones': field('list', 'names of the zones that hold the peer', (e) => e.zones),
  'vault.type': field('string', 'request or response', (e) => e.type),
  'vault.operation': field('string', 'request.operation', (e) => e.operation),
  'vault.path': field('string', 'request.path', (e) => e.path),
  'vault.outcome': field(
    'string',
    'succeeded (a response without error), denied, failed, or requested on a request line without error',
    (e) => e.outcome,
  ),
  'vault.wrapped': field('boolean', 'the answer is wrapped: its content is hidden', (e) => e.wrapped),
  'vault.complete': field('boolean', 'response.data.complete', (e) =>
    flag(object(e.response?.['data'])?.['complete']),
  ),
  'vault.entities': field('list', 'auth.entity_id; on sys/mfa/validate also that of response.auth', entities),
  'vault.roles': field('list', 'auth.metadata.role and role_name', (e) => roles(e)),
  'vault.policies': field('list', "policies of the caller's token", (e) => e.policies),
  'vault.token.policies': field('list', 'policies of the token that the response hands out', (e) =>
    policiesOf(e.responseAuth, ['policies', 'token_policies']),
  ),
  'vault.token.added_policies': field(
    'list',
    'policies of the new token that its parent does not have, without default; absent for a root parent',
    addedPolicies,
  ),
  'vault.login': field('string', 'failed or accepted, on the response to a login', (e) => {
    const login = readLogin(e);
    return login === undefined ? undefined : login.failed ? 'failed' : 'accepted';
  }),
  'vault.login.mount': field('string', 'the mount that a login used', (e) => readLogin(e)?.key),
  'vault.tunes_audit': field(
    'boolean',
    'request.data sets audit_non_hmac_request_keys or _response_keys',
    (e) => setsAuditKeys(object(e.request?.['data'])),
  ),
  'vault.mounts_audit': field(
    'boolean',
    'request.data.config of a new mount sets audit_non_hmac_request_keys or _response_keys',
    (e) => setsAuditKeys(object(object(e.request?.['data'])?.['config'])),
  ),
};

const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

const MFA = 'sys/mfa/validate';

function entities(event: VaultEvent): readonly string[] {
  const ids = [event.auth?.['entity_id']];
  // The second factor completes a login: the entity is that of the token handed out.
  if (event.path === MFA) ids.push(event.responseAuth?.['entity_id']);
  return texts(ids);
}

function roles(event: VaultEvent): readonly string[] {
  const metadata = object(event.auth?.['metadata']);
  return [text(metadata?.['role']), text(metadata?.['role_name'])].filter((role) => role !== undefined);
}

const ALL = ['policies', 'token_policies', 'identity_policies'];

function addedPolicies(event: VaultEvent): readonly string[] | undefined {
  const token = event.responseAuth;
  const parent = new Set(policiesOf(event.auth, ALL));
  if (token === undefined || parent.has('root')) return undefined;
  return policiesOf(token, ALL).filter((policy) => policy !== 'default' && !parent.has(policy));
}

const AUDIT_KEYS = ['audit_non_hmac_request_keys', 'audit_non_hmac_response_keys'];

const setsAuditKeys = (data: ReturnType<typeof object>): boolean =>
  data !== undefined && AUDIT_KEYS.some((key) => Object.hasOwn(data, key));
