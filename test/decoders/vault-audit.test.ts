import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVaultAudit } from '../../src/decoders/vault-audit.ts';
import { aContext, aLine, fieldsOf, oneEvent, rejects } from '../support/lines.ts';

const decoder = createVaultAudit(aContext());
const field = (doc: object, name: string) =>
  fieldsOf(decoder, JSON.stringify({ type: 'response', request: {}, ...doc }), [name])[name];

describe('vault-audit', () => {
  it.each([
    { name: 'a response without error', doc: {}, outcome: 'succeeded' },
    { name: 'a request line', doc: { type: 'request' }, outcome: 'requested' },
    {
      name: 'permission denied in a list of errors',
      doc: { error: '1 error occurred:\n\t* permission denied\n\n' },
      outcome: 'denied',
    },
    { name: 'another error', doc: { error: 'invalid credentials' }, outcome: 'failed' },
    {
      name: 'an error in the data alone',
      doc: { response: { data: { error: 'hmac-sha256:0' } } },
      outcome: 'failed',
    },
    {
      name: 'errors in the data alone',
      doc: { response: { data: { errors: ['hmac-sha256:0'] } } },
      outcome: 'failed',
    },
    { name: 'an empty list of errors', doc: { response: { data: { errors: [] } } }, outcome: 'succeeded' },
    { name: 'an error of another type', doc: { error: 7 }, outcome: 'succeeded' },
  ])('$name is $outcome', ({ doc, outcome }) => {
    expect(field(doc, 'vault.outcome')).toBe(outcome);
  });

  it.each([
    { name: 'more than its parent', parent: ['a'], child: ['a', 'b', 'default'], added: ['b'] },
    { name: 'what identity gives the parent', parent: ['a'], identity: ['b'], child: ['b'], added: [] },
    { name: 'anything from root', parent: ['root'], child: ['b'], added: undefined },
  ])('tells what a token has beyond its parent: $name', ({ parent, identity, child, added }) => {
    const doc = {
      auth: { policies: parent, identity_policies: identity },
      response: { auth: { token_policies: child } },
    };
    expect(field(doc, 'vault.token.added_policies')).toEqual(added);
  });

  it('counts the entity of the token that a second factor hands out', () => {
    const doc = { request: { path: 'sys/mfa/validate' }, response: { auth: { entity_id: 'e1' } } };
    expect(field(doc, 'vault.entities')).toEqual(['e1']);
    expect(field({ ...doc, request: { path: 'auth/userpass/login/x' } }, 'vault.entities')).toEqual([]);
  });

  it('reads a line behind the prefix option', () => {
    expect(oneEvent(decoder, 'audit: {"type":"request","request":{"path":"sys/seal"}}').object).toBe(
      'sys/seal',
    );
  });

  it('shows the namespace that a path is relative to', () => {
    const doc = { request: { path: 'sys/seal', namespace: { id: 'x', path: 'team/' } } };
    expect(field(doc, 'event.object')).toBe('team/sys/seal');
  });

  it.each([
    { text: '{"type":"kmip-request","request":{}}', reason: 'other-kind' },
    { text: '{"type":7}', reason: 'other-kind' },
    { text: '[]', reason: 'other-kind' },
    { text: 'Error in audit', reason: 'not-json' },
    { text: '{"type":"request","requ', reason: 'truncated' },
  ])('rejects $text as $reason', ({ text, reason }) => {
    expect(rejects(decoder.decode(aLine(text), 'vault')).map((reject) => reject.reason)).toEqual([reason]);
  });

  it('reads every field of any document without a throw', () => {
    const names = Object.keys(decoder.fields);
    const part = fc.jsonValue({ maxDepth: 3 });
    const doc = fc.record({ time: part, auth: part, request: part, response: part, error: part });
    fc.assert(
      fc.property(doc, fc.constantFrom('request', 'response'), (parts, type) => {
        const event = oneEvent(decoder, JSON.stringify({ ...parts, type }));
        fieldsOf(decoder, event.line, names);
        expect(event.occurrence.key).not.toBe('');
      }),
    );
  });
});
