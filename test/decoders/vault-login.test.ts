import { describe, expect, it } from 'vitest';
import { createVaultAudit } from '../../src/decoders/vault-audit.ts';
import { aContext, fieldsOf } from '../support/lines.ts';

const decoder = createVaultAudit(aContext());
const line = (request: object, rest: object = { response: {} }) =>
  JSON.stringify({ type: 'response', time: '2026-11-21T10:00:00Z', request, ...rest });
const login = (request: object, rest?: object) =>
  fieldsOf(decoder, line(request, rest), ['vault.login', 'vault.login.mount']);

describe('a Vault login', () => {
  it.each([
    {
      name: 'by accessor',
      request: { path: 'auth/userpass/login/bob', mount_point: 'auth/userpass/', mount_accessor: 'acc' },
      mount: 'acc',
    },
    {
      name: 'by mount point',
      request: { path: 'auth/team/a/login/bob', mount_point: 'auth/team/a/' },
      mount: 'auth/team/a/',
    },
    { name: 'by path alone', request: { path: 'auth/userpass/login/bob' }, mount: 'auth/userpass/' },
    { name: 'without a user', request: { path: 'auth/approle/login' }, mount: 'auth/approle/' },
    {
      name: 'by a user called login',
      request: { path: 'auth/userpass/login/login' },
      mount: 'auth/userpass/',
    },
    { name: 'by an LDAP name with a slash', request: { path: 'auth/ldap/login/a/b' }, mount: 'auth/ldap/' },
    {
      name: 'by callback',
      request: { path: 'auth/oidc/oidc/callback', mount_point: 'auth/oidc/' },
      mount: 'auth/oidc/',
    },
    {
      name: 'by callback, path alone',
      request: { path: 'auth/oidc/oidc/callback' },
      mount: 'auth/oidc/oidc/',
    },
    { name: 'by second factor', request: { path: 'sys/mfa/validate' }, mount: 'sys/mfa/' },
  ])('failed $name', ({ request, mount }) => {
    expect(login(request)).toEqual({ 'vault.login': 'failed', 'vault.login.mount': mount });
  });

  it.each([
    {
      name: 'a user called users/login',
      request: { path: 'auth/userpass/users/login', mount_point: 'auth/userpass/' },
    },
    { name: 'asking for the URL', request: { path: 'auth/oidc/oidc/auth_url', mount_point: 'auth/oidc/' } },
    { name: 'a secret named login', request: { path: 'secret/data/login' } },
    { name: 'a login path with nothing behind its slash', request: { path: 'auth/userpass/login/' } },
    { name: 'no path', request: {} },
  ])('is not $name', ({ request }) => {
    expect(login(request)).toEqual({});
  });

  it.each([
    { name: 'a token', rest: { response: { auth: { client_token: 'h' } } } },
    { name: 'a second factor asked for', rest: { response: { auth: { mfa_requirement: {} } } } },
    { name: 'a wrapped token', rest: { response: { wrap_info: { ttl: 60 } } } },
  ])('with $name is accepted', ({ rest }) => {
    expect(login({ path: 'auth/approle/login' }, rest)).toMatchObject({ 'vault.login': 'accepted' });
  });

  it('is not on the request line', () => {
    expect(login({ path: 'auth/approle/login' }, { type: 'request' })).toEqual({});
  });
});
