import { describe, expect, test } from 'vitest';
import { detectDoc, detectFormat } from '../../src/decoders/detect.ts';

const PACKET =
  'IN=cali7f3c0a1b2d4 OUT=eth0 MAC=ee:ee:ee:ee:ee:ee:72:45:5b:79:8f:2b:08:00 SRC=10.10.5.21 DST=203.0.113.80 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=34071 DF PROTO=TCP SPT=53720 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0 ';
const LOGIN = 'Accepted password for root from 198.51.100.23 port 40007 ssh2';

describe('detectFormat', () => {
  test.each([
    {
      name: 'an audit event',
      text: '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata"}',
      format: 'kube-audit',
    },
    {
      name: 'an audit event with other key order',
      text: '{"level":"Metadata","apiVersion":"audit.k8s.io/v1beta1", "kind" : "Event"}',
      format: 'kube-audit',
    },
    {
      name: 'an EventList',
      text: '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[]}',
      format: 'kube-audit',
    },
    {
      name: 'a cut audit event',
      text: '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Met',
      format: 'kube-audit',
    },
    {
      name: 'a Vault request',
      text: '{"time":"2026-11-21T10:13:52Z","type":"request","request":{"id":"1"}}',
      format: 'vault-audit',
    },
    {
      name: 'a Vault response with other key order',
      text: '{"request":{"id":"1"},"type":"response"}',
      format: 'vault-audit',
    },
    { name: 'a KMIP request', text: '{"type":"kmip-request","request":{}}', format: 'vault-audit' },
    {
      name: 'a cut Vault line',
      text: '{"time":"2026-11-21T10:13:52.8Z","type":"response","auth":{"clie',
      format: 'vault-audit',
    },
    { name: 'a tagged sshd line', text: `Nov 21 09:56:05 pve-01 sshd[28126]: ${LOGIN}`, format: 'sshd' },
    {
      name: 'an sshd-session line',
      text: `<38>Nov 21 09:56:05 sshd-session[28126]: ${LOGIN}`,
      format: 'sshd',
    },
    {
      name: 'any message under the tag sshd',
      text: 'Nov 21 09:56:05 pve-01 sshd[28126]: something new',
      format: 'sshd',
    },
    { name: 'an sshd message alone', text: LOGIN, format: 'sshd' },
    { name: 'the start of sshd', text: 'Server listening on :: port 22.', format: 'sshd' },
    {
      name: 'a journald record of sshd',
      text: JSON.stringify({ MESSAGE: LOGIN, SYSLOG_IDENTIFIER: 'sshd' }),
      format: 'sshd',
    },
    { name: 'a packet alone', text: `calico-packet: ${PACKET}`, format: 'netfilter' },
    { name: 'a packet from dmesg', text: `[ 2153.655956] calico-packet: ${PACKET}`, format: 'netfilter' },
    {
      name: 'a packet behind a kernel tag',
      text: `Nov 21 09:40:46 worker-1 kernel: [ 2156.292315] calico-packet: ${PACKET}`,
      format: 'netfilter',
    },
    {
      name: 'a packet whose prefix stands where a tag does',
      text: `Nov 21 09:40:46 worker-1 calico-packet: ${PACKET}`,
      format: 'netfilter',
    },
    {
      name: 'a martian',
      text: 'IPv4: martian source 10.10.5.34 from 10.10.5.21, on dev eth0',
      format: 'netfilter',
    },
    {
      name: 'a journald record of the kernel',
      text: JSON.stringify({ MESSAGE: `calico-packet: ${PACKET}`, _TRANSPORT: 'kernel' }),
      format: 'netfilter',
    },
  ])('knows $name', ({ text, format }) => {
    expect(detectFormat(text)).toBe(format);
  });

  test.each([
    { name: 'an empty line', text: '' },
    { name: 'a hostile kind', text: '{"kind":0}' },
    { name: 'a core event', text: '{"kind":"Event","apiVersion":"v1"}' },
    { name: 'any other document', text: '{"level":"info","msg":"x"}' },
    { name: 'a Vault-like type without a request', text: '{"type":"request"}' },
    { name: 'an array', text: `[${JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1' })}]` },
    { name: 'brackets', text: '['.repeat(100_000) },
    { name: 'another program', text: 'Nov 21 09:56:02 pve-01 rsyslogd: [origin software="rsyslogd"] start' },
    { name: 'another program that quotes sshd', text: `Nov 21 09:56:02 pve-01 sudo: ${LOGIN}` },
    {
      name: 'another program that quotes a packet',
      text: `Nov 21 09:56:02 pve-01 sudo:   deploy : COMMAND=/bin/echo ${PACKET}`,
    },
  ])('does not guess at $name', ({ text }) => {
    expect(detectFormat(text)).toBeUndefined();
  });

  test.each([
    {
      name: 'a packet in an sshd user name',
      text: `Invalid user ${PACKET} from 203.0.113.7 port 4711`,
      format: 'sshd',
    },
    {
      name: 'a packet in a tagged sshd line',
      text: `Nov 21 09:56:05 pve-01 sshd[1]: ${PACKET}`,
      format: 'sshd',
    },
    {
      name: 'an audit event in an sshd user name',
      text: 'Invalid user {"kind":"Event","apiVersion":"audit.k8s.io/v1"} from 203.0.113.7 port 1',
      format: 'sshd',
    },
    {
      name: 'an sshd line in a document',
      text: JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', userAgent: LOGIN }),
      format: 'kube-audit',
    },
    {
      name: 'an audit event in a string of a Vault line',
      text: JSON.stringify({
        type: 'request',
        request: { path: '"kind":"Event","apiVersion":"audit.k8s.io/v1"' },
      }),
      format: 'vault-audit',
    },
  ])('is not misled by $name', ({ text, format }) => {
    expect(detectFormat(text)).toBe(format);
  });
});

test('detectDoc answers for values of any kind', () => {
  expect([null, 0, '', [], [{ kind: 'Event' }], { kind: ['Event'] }].map(detectDoc)).toEqual(
    Array(6).fill(undefined),
  );
});
