import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKubeAudit } from '../../src/decoders/kube-audit.ts';
import { createZones } from '../../src/zones.ts';
import { aContext, aLine, events, fieldsOf, oneEvent, rejects } from '../support/lines.ts';

const decoder = createKubeAudit(aContext());
const behindProxy = createKubeAudit({
  ...aContext(),
  trustedProxies: createZones({ proxies: ['10.0.10.2'] }),
});

const doc = (parts: object) => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  stage: 'ResponseComplete',
  responseStatus: { code: 200 },
  ...parts,
});
const line = (parts: object) => JSON.stringify(doc(parts));
const field = (parts: object, name: string) => fieldsOf(decoder, line(parts), [name])[name];

describe('kube-audit', () => {
  it.each([
    { name: 'the last element', ips: ['10.0.20.5', '203.0.113.7'], peer: '203.0.113.7' },
    { name: 'nothing when the last is no text', ips: ['10.0.20.5', 7], peer: undefined },
    { name: 'nothing of a text that is no list', ips: '10.0.20.5', peer: undefined },
    { name: 'nothing of an empty list', ips: [], peer: undefined },
  ])('takes as peer $name', ({ ips, peer }) => {
    expect(oneEvent(decoder, line({ sourceIPs: ips })).peer).toBe(peer);
  });

  it.each([
    {
      name: 'walks left over a trusted proxy',
      ips: ['1.2.3.4', '203.0.113.7', '10.0.10.2'],
      peer: '203.0.113.7',
    },
    { name: 'never walks past the first', ips: ['10.0.10.2', '10.0.10.2'], peer: '10.0.10.2' },
    { name: 'stops at what is no proxy', ips: ['10.0.10.2', '203.0.113.7'], peer: '203.0.113.7' },
  ])('$name', ({ ips, peer }) => {
    expect(oneEvent(behindProxy, line({ sourceIPs: ips })).peer).toBe(peer);
  });

  it.each([
    {
      name: 'a trusted element before an untrusted peer',
      ips: ['1.2.3.4', '10.0.20.5', '203.0.113.7'],
      forged: '10.0.20.5',
    },
    { name: 'nothing when the peer is trusted', ips: ['10.0.20.5', '10.0.20.6'], forged: undefined },
    { name: 'nothing when no other is trusted', ips: ['1.2.3.4', '203.0.113.7'], forged: undefined },
  ])('finds as forged $name', ({ ips, forged }) => {
    expect(field({ sourceIPs: ips }, 'net.forged_for')).toBe(forged);
  });

  it.each([
    { code: 200, outcome: 'succeeded' },
    { code: 101, outcome: 'succeeded' },
    { code: 399, outcome: 'succeeded' },
    { code: 403, outcome: 'denied' },
    { code: 404, outcome: 'failed' },
    { code: '200', outcome: 'unknown' },
    { code: undefined, outcome: 'unknown' },
  ])('code $code is $outcome', ({ code, outcome }) => {
    expect(field({ responseStatus: { code } }, 'k8s.outcome')).toBe(outcome);
  });

  it.each([
    { name: 'a RequestReceived line', parts: { stage: 'RequestReceived', responseStatus: undefined } },
    { name: 'a line without responseStatus', parts: { responseStatus: undefined } },
    { name: 'a refused login', parts: { responseStatus: { code: 401 } } },
  ])('does not evaluate $name', ({ parts }) => {
    expect(oneEvent(decoder, line(parts)).evaluated).toBe(false);
  });

  it.each([
    { name: 'the core group', reference: { resource: 'pods' }, resource: 'pods' },
    { name: 'an empty group', reference: { resource: 'pods', apiGroup: '' }, resource: 'pods' },
    {
      name: 'another group',
      reference: { resource: 'pods', apiGroup: 'metrics.k8s.io' },
      resource: 'pods.metrics.k8s.io',
    },
    { name: 'no resource', reference: { apiGroup: 'x' }, resource: undefined },
  ])('names the resource of $name', ({ reference, resource }) => {
    expect(field({ objectRef: reference }, 'k8s.resource')).toBe(resource);
  });

  it('takes the name from the answer when the request let the server choose it', () => {
    const parts = { objectRef: { resource: 'pods' }, responseObject: { metadata: { name: 'a-x7' } } };
    expect(field(parts, 'k8s.name')).toBe('a-x7');
  });

  it.each([
    {
      name: 'in the body of a delete',
      parts: { verb: 'delete', requestObject: { dryRun: ['All'] } },
      dry: true,
    },
    {
      name: 'not in the body of a create',
      parts: { verb: 'create', requestObject: { dryRun: ['All'] } },
      dry: false,
    },
    { name: 'in the query', parts: { requestURI: '/x?dryRun=All' }, dry: true },
  ])('sees a dry run $name', ({ parts, dry }) => {
    expect(field(parts, 'k8s.dry_run')).toBe(dry);
  });

  it('tells requests apart by all five fields, not by the audit id that the client chose', () => {
    const same = {
      auditID: 'a',
      requestReceivedTimestamp: '2026-01-01T00:00:00Z',
      verb: 'get',
      requestURI: '/x',
      user: { username: 'u' },
    };
    const key = (change: object) => oneEvent(decoder, line({ ...same, ...change })).occurrence.key;
    expect(key({ stage: 'ResponseStarted' })).toBe(key({}));
    for (const change of [
      { auditID: 'b' },
      { requestReceivedTimestamp: '2026-01-01T00:00:01Z' },
      { verb: 'list' },
      { requestURI: '/y' },
      { user: { username: 'v' } },
    ]) {
      expect(key(change)).not.toBe(key({}));
    }
  });

  it('reads every item of an EventList, and rejects the ones that are none', () => {
    const list = {
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      items: [doc({ auditID: '1' }), 7, doc({ auditID: '2' })],
    };
    const decoded = decoder.decode(aLine(JSON.stringify(list)), 'kube');
    expect(events(decoded).map(({ text }) => JSON.parse(text).auditID)).toEqual(['1', '2']);
    expect(rejects(decoded)).toHaveLength(1);
  });

  it.each([
    { text: '{"kind":0}', reason: 'other-kind' },
    { text: '{"kind":"Event","apiVersion":"v1"}', reason: 'other-kind' },
    { text: '{"kind":"Policy","apiVersion":"audit.k8s.io/v1"}', reason: 'other-kind' },
    { text: '"text"', reason: 'other-kind' },
    { text: 'null', reason: 'other-kind' },
    { text: '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level"', reason: 'truncated' },
    { text: 'I1121 10:00:00 klog', reason: 'not-json' },
  ])('rejects $text as $reason', ({ text, reason }) => {
    expect(rejects(decoder.decode(aLine(text), 'kube')).map((reject) => reject.reason)).toEqual([reason]);
  });

  it('reads every field of any document without a throw', () => {
    const names = Object.keys(decoder.fields);
    const part = fc.jsonValue({ maxDepth: 3 });
    const parts = fc.record({
      user: part,
      sourceIPs: part,
      objectRef: part,
      requestURI: part,
      verb: part,
      responseStatus: part,
      requestObject: part,
      responseObject: part,
      requestReceivedTimestamp: part,
    });
    fc.assert(
      fc.property(parts, (given) => {
        const event = oneEvent(decoder, line(given));
        fieldsOf(decoder, event.line, names);
        expect(event.occurrence.key).not.toBe('');
      }),
    );
  });
});
