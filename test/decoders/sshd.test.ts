import { describe, expect, test } from 'vitest';
import { createSshd } from '../../src/decoders/sshd.ts';
import type { Line } from '../../src/event.ts';
import { aContext, aLine, fieldsOf, oneEvent, rejects } from '../support/lines.ts';

const sshd = createSshd(aContext());
const TOLD = [
  'sshd.event',
  'sshd.user',
  'sshd.ip',
  'sshd.port',
  'sshd.method',
  'sshd.key',
  'sshd.cert_id',
  'sshd.repeats',
];
const read = (text: string): Record<string, unknown> => {
  const told = fieldsOf(sshd, text, TOLD);
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [name.slice(5), value]));
};
const eventOf = (text: string): unknown => read(text)['event'];

const FP = 'SHA256:PMdpRsH6vTxgkx0rcn4Dd6HtP0jxxKh0M70i84CfdLA';
const LOGIN = 'Accepted password for root from 198.51.100.23 port 40007 ssh2';

describe('logins', () => {
  test.each([
    {
      name: 'password',
      text: LOGIN,
      told: { user: 'root', ip: '198.51.100.23', port: 40007, method: 'password' },
    },
    {
      name: 'public key',
      text: `Accepted publickey for deploy from 203.0.113.7 port 1 ssh2: ED25519 ${FP}`,
      told: { user: 'deploy', ip: '203.0.113.7', port: 1, method: 'publickey', key: FP },
    },
    {
      name: 'security key',
      text: `Accepted publickey for deploy from 203.0.113.7 port 1 ssh2: ED25519-SK ${FP}, signature count = 5`,
      told: { user: 'deploy', ip: '203.0.113.7', port: 1, method: 'publickey', key: FP },
    },
    {
      name: 'MD5 fingerprint',
      text: 'Accepted publickey for fred from 192.0.2.60 port 20042 ssh2: RSA e8:31:68:c7:01:2d:25:20:36:8f:50:5d:f9:ee:70:4c',
      told: {
        user: 'fred',
        ip: '192.0.2.60',
        port: 20042,
        method: 'publickey',
        key: 'e8:31:68:c7:01:2d:25:20:36:8f:50:5d:f9:ee:70:4c',
      },
    },
    {
      name: 'certificate',
      text: `Accepted publickey for deploy from 198.51.100.23 port 40007 ssh2: ED25519-CERT ${FP} ID deploy@laptop (serial 101) CA ED25519 SHA256:iBd1`,
      told: {
        user: 'deploy',
        ip: '198.51.100.23',
        port: 40007,
        method: 'publickey',
        key: FP,
        cert_id: 'deploy@laptop',
      },
    },
    {
      name: 'keyboard-interactive',
      text: 'Accepted keyboard-interactive/pam for monitor from 203.0.113.7 port 9 ssh2',
      told: { user: 'monitor', ip: '203.0.113.7', port: 9, method: 'keyboard-interactive/pam' },
    },
    {
      name: 'IPv6 with a zone',
      text: 'Accepted none for guest from fe80::c0ff:ee%eth0 port 9 ssh2',
      told: { user: 'guest', ip: 'fe80::c0ff:ee%eth0', port: 9, method: 'none' },
    },
    {
      name: 'no socket',
      text: 'Accepted password for root from UNKNOWN port 65535 ssh2',
      told: { user: 'root', ip: 'UNKNOWN', port: 65535, method: 'password' },
    },
    {
      name: 'two blanks before ssh2',
      text: 'Accepted password for plaso from 2001:0db8::1 port 42532  ssh2',
      told: { user: 'plaso', ip: '2001:0db8::1', port: 42532, method: 'password' },
    },
    {
      name: 'a line that ends CR LF',
      text: `${LOGIN}\r\n`,
      told: { user: 'root', ip: '198.51.100.23', port: 40007, method: 'password' },
    },
    {
      name: 'gssapi principal',
      text: 'Accepted gssapi-with-mic for u from 203.0.113.7 port 9 ssh2: u@EXAMPLE.ORG',
      told: { user: 'u', ip: '203.0.113.7', port: 9, method: 'gssapi-with-mic' },
    },
  ])('are read: $name', ({ text, told }) => {
    expect(read(text)).toEqual({ event: 'accepted', ...told });
  });

  test.each([
    'Nov 21 09:56:05 pve-01 sshd[28126]: ',
    'Nov 21 09:56:05 pve-01 sshd-session[28126]: ',
    'Nov 21 09:56:05 pve-01 sshd-auth[28126]: ',
    '<38>Nov 21 09:56:05 sshd[28126]: ',
    'Nov 21 09:56:05 pve-01 sshd[28126]:  ',
    '2026-11-21T09:56:05.290027+00:00 pve-01 sshd[28126]: ',
    '<38>1 2026-11-21T09:56:05Z pve-01 sshd 28126 - - ',
    'Nov 21 09:56:05 pve-01 ',
    'Nov 21 09:56:05 ',
    'srv sshd[32307]: ',
    'sshd[32307]: ',
    '',
  ])('are known behind the header %j', (header) => {
    expect(eventOf(header + LOGIN)).toBe('accepted');
  });

  test.each([
    'sudo',
    'cron',
    'CRON',
    'sshdx',
    'xsshd',
    'sshd-sessionx',
    'SSHD',
    'logger',
    'sshd(pam_unix)',
    'systemd',
  ])('are nothing but text under the tag %s', (tag) => {
    for (const header of [
      `Nov 21 09:56:05 pve-01 ${tag}[1]: `,
      `Nov 21 09:56:05 pve-01 ${tag}: `,
      `${tag}[1]: `,
    ]) {
      expect(read(header + LOGIN)).toEqual({ event: 'other' });
    }
    expect(eventOf(JSON.stringify({ MESSAGE: LOGIN, SYSLOG_IDENTIFIER: tag }))).toBe('other');
  });

  test.each([
    {
      name: 'an offered key',
      text: `Accepted key ED25519 ${FP} found at /home/deploy/.ssh/authorized_keys:1`,
    },
    {
      name: 'an offered certificate',
      text: 'Accepted certificate ID "a from 1.2.3.4 port 22 ssh2" (serial 1) signed by ED25519 CA SHA256:x via /etc/ssh/ca.pub',
    },
    { name: 'another module', text: 'Accepted google_authenticator for root' },
    {
      name: 'a forged line that ends with the real address',
      text: 'Accepted password for root from 203.0.113.67 port 1 ssh2 from 127.0.0.1 port 44300 ssh2',
    },
    {
      name: 'a forged line that ends as a closed connection',
      text: 'Accepted password for root from 203.0.113.67 port 1 ssh2 127.0.0.1 port 44300 [preauth]',
    },
    { name: 'protocol 1', text: 'Accepted password for root from 203.0.113.67 port 1 ssh1' },
    { name: 'a port that is no number', text: 'Accepted password for root from 203.0.113.67 port x ssh2' },
    { name: 'small letters', text: LOGIN.toLowerCase() },
    { name: 'something before it', text: `x ${LOGIN}` },
    { name: 'a line feed before it', text: `x\n${LOGIN}` },
    { name: "rsyslog's repetition", text: `message repeated 2 times: [ ${LOGIN}]` },
  ])('are not $name', ({ text }) => {
    expect(eventOf(text)).toBe('other');
  });

  test('show the peer first, whatever a key ID says behind it', () => {
    const id = 'alice from 10.0.0.1 port 22 ssh2: RSA SHA256:AAAA (serial 9) CA RSA SHA256:BBBB';
    const text = `Accepted publickey for deploy from 203.0.113.7 port 52080 ssh2: ED25519-CERT ${FP} ID ${id} (serial 42) CA ED25519 SHA256:PhxL`;
    expect(read(text)).toMatchObject({ ip: '203.0.113.7', port: 52080, key: FP, cert_id: id });
  });
});

describe('other messages', () => {
  test.each([
    {
      name: 'a wrong password',
      text: 'Failed password for root from 203.0.113.7 port 47755 ssh2',
      told: { event: 'failed', user: 'root', ip: '203.0.113.7', port: 47755, method: 'password' },
    },
    {
      name: 'an unknown user',
      text: 'Failed password for invalid user admin from 203.0.113.7 port 43515 ssh2',
      told: { event: 'failed', user: 'admin', ip: '203.0.113.7', port: 43515, method: 'password' },
    },
    {
      name: 'an unknown user without a name',
      text: 'Failed none for invalid user  from 203.0.113.7 port 43515 ssh2',
      told: { event: 'failed', user: '', ip: '203.0.113.7', port: 43515, method: 'none' },
    },
    {
      name: 'a name that imitates a login',
      text: 'Failed password for invalid user x Accepted publickey for root from 203.0.113.66 port 4444 ssh2 from 127.0.0.1 port 47950 ssh2',
      told: {
        event: 'failed',
        user: 'x Accepted publickey for root from 203.0.113.66 port 4444 ssh2',
        ip: '127.0.0.1',
        port: 47950,
        method: 'password',
      },
    },
    {
      name: 'a key ID that imitates an address',
      text: `Failed publickey for deploy from 203.0.113.7 port 5 ssh2: ED25519-CERT ${FP} ID x from 10.0.0.1 port 22 ssh2 (serial 1) CA RSA SHA256:B`,
      told: { event: 'failed', user: 'deploy', ip: '203.0.113.7', port: 5, method: 'publickey' },
    },
    {
      name: 'invalid user',
      text: 'Invalid user x Accepted publickey for root from 203.0.113.66 port 4444 ssh2 from 127.0.0.1 port 47950',
      told: {
        event: 'invalid_user',
        user: 'x Accepted publickey for root from 203.0.113.66 port 4444 ssh2',
        ip: '127.0.0.1',
        port: 47950,
      },
    },
    {
      name: 'invalid user of an old sshd',
      text: 'Invalid user ftp from 192.0.2.1',
      told: { event: 'invalid_user', user: 'ftp', ip: '192.0.2.1' },
    },
    {
      name: 'the first factor',
      text: `Partial publickey for mfa1 from 203.0.113.66 port 5 ssh2: ED25519 ${FP}`,
      told: { event: 'partial', user: 'mfa1', ip: '203.0.113.66', port: 5, method: 'publickey' },
    },
    {
      name: 'a login in progress',
      text: 'Postponed publickey for deploy from 10.0.20.10 port 50215 ssh2 [preauth]',
      told: { event: 'postponed', user: 'deploy', ip: '10.0.20.10', port: 50215, method: 'publickey' },
    },
    {
      name: 'a connection',
      text: 'Connection from 203.0.113.7 port 47755 on 10.0.10.2 port 22 rdomain ""',
      told: { event: 'connection', ip: '203.0.113.7', port: 47755 },
    },
    {
      name: 'a disconnect',
      text: 'Received disconnect from 10.0.20.10 port 50215:11: from 1.2.3.4 port 5',
      told: { event: 'disconnect', ip: '10.0.20.10', port: 50215 },
    },
    {
      name: 'a disconnect without a port',
      text: 'error: Received disconnect from 2001:db8::7: 11: Bye [preauth]',
      told: { event: 'disconnect', ip: '2001:db8::7' },
    },
    {
      name: 'a user who left',
      text: 'Disconnected from user deploy 10.0.20.10 port 50215',
      told: { event: 'disconnect', user: 'deploy', ip: '10.0.20.10', port: 50215 },
    },
    {
      name: 'a closed connection with a hostile name',
      text: 'Connection closed by invalid user a 1.2.3.4 port 5 [preauth] 127.0.0.1 port 38684 [preauth]',
      told: { event: 'disconnect', user: 'a 1.2.3.4 port 5 [preauth]', ip: '127.0.0.1', port: 38684 },
    },
    {
      name: 'too many failures',
      text: 'Disconnecting authenticating user root 203.0.113.7 port 5: Too many authentication failures [preauth]',
      told: { event: 'disconnect', user: 'root', ip: '203.0.113.7', port: 5 },
    },
    {
      name: 'a user who is not allowed',
      text: 'User root from 46.45.128.3 not allowed because listed in DenyUsers',
      told: { event: 'denied', user: 'root', ip: '46.45.128.3' },
    },
    {
      name: 'repeated failures',
      text: 'message repeated 3 times: [ Failed password for root from 203.0.113.7 port 47755 ssh2]',
      told: { event: 'failed', user: 'root', ip: '203.0.113.7', port: 47755, method: 'password', repeats: 3 },
    },
    {
      name: 'a session',
      text: 'pam_unix(sshd:session): session opened for user deploy(uid=1500) by (uid=0)',
      told: { event: 'session' },
    },
    { name: 'anything else', text: 'Server listening on :: port 22.', told: { event: 'other' } },
    {
      name: 'another program',
      text: 'Nov 21 09:56:02 pve-01 rsyslogd: [origin software="rsyslogd"] start',
      told: { event: 'other' },
    },
  ])('are read: $name', ({ text, told }) => {
    expect(read(text)).toEqual(told);
  });

  test.each([
    { name: 'nothing', text: ' ', reason: 'other-kind' },
    { name: 'an audit event', text: '{"kind":"Event","apiVersion":"audit.k8s.io/v1"}', reason: 'other-kind' },
    { name: 'a Vault line', text: '{"type":"request","request":{}}', reason: 'other-kind' },
  ])('are rejected when they are $name', ({ text, reason }) => {
    expect(rejects(sshd.decode(aLine(text), 's'))).toMatchObject([{ reason }]);
  });
});

describe('the event', () => {
  const header = 'Nov 21 09:56:05 pve-01 sshd[28126]: ';
  const notAfter = Date.UTC(2026, 10, 22) * 1000;

  test('says who, from where, on which host', () => {
    const event = oneEvent(sshd, aLine(header + LOGIN, { notAfter }));
    expect(event).toMatchObject({
      actor: 'root',
      peer: '198.51.100.23',
      object: 'pve-01',
      outcome: 'succeeded',
    });
    expect(event.time).toBe(Date.UTC(2026, 10, 21, 9, 56, 5) * 1000);
  });

  test('takes the host from the stream labels where the line names none', () => {
    expect(oneEvent(sshd, aLine(LOGIN, { labels: { job: 'sshd', node: 'pve-02' } })).object).toBe('pve-02');
  });

  test.each([
    { name: 'in a zone', ip: '10.0.20.10', zones: ['lan'] },
    { name: 'mapped', ip: '::ffff:100.79.8.1', zones: ['tailnet'] },
    { name: 'elsewhere', ip: '10.0.24.1', zones: [] },
    { name: 'unknown', ip: 'UNKNOWN', zones: [] },
  ])('knows the zones of a peer that is $name', ({ ip, zones }) => {
    const text = `Accepted none for guest from ${ip} port 9 ssh2`;
    expect(fieldsOf(sshd, text, ['net.peer', 'net.zones'])).toEqual({ 'net.peer': ip, 'net.zones': zones });
  });

  test('says whether a tag stood there, since a line without one can be forged', () => {
    const fields = ['sshd.tag', 'sshd.pid', 'sshd.tagged'];
    expect(fieldsOf(sshd, header + LOGIN, fields)).toEqual({
      'sshd.tag': 'sshd',
      'sshd.pid': '28126',
      'sshd.tagged': true,
    });
    expect(fieldsOf(sshd, LOGIN, fields)).toEqual({ 'sshd.tagged': false });
  });
});

describe('the occurrence', () => {
  const time = Date.UTC(2026, 10, 21, 9, 56, 5) * 1000;
  const keyOf = (text: string, changes: Partial<Line> = {}): string =>
    oneEvent(sshd, aLine(text, { time, ...changes })).occurrence.key;
  const tagged = (pid: number): string => `Nov 21 09:56:05 pve-01 sshd[${pid}]: `;

  test.each([
    { name: 'the same line once more', other: keyOf(tagged(1) + LOGIN, { number: 2 }) },
    {
      name: 'the same login under a finer stamp',
      other: keyOf(`2026-11-21T09:56:05.290027+00:00 pve-01 sshd[1]: ${LOGIN}`),
    },
    { name: 'the same login shipped again later', other: keyOf(tagged(1) + LOGIN, { time: time + 5e6 }) },
  ])('is one for $name', ({ other }) => {
    expect(other).toBe(keyOf(tagged(1) + LOGIN));
  });

  test.each([
    { name: 'process', other: keyOf(tagged(2) + LOGIN) },
    { name: 'port', other: keyOf(tagged(1) + LOGIN.replace('40007', '40008')) },
    { name: 'user', other: keyOf(tagged(1) + LOGIN.replace('root', 'toor')) },
    { name: 'address', other: keyOf(tagged(1) + LOGIN.replace('.23', '.24')) },
    { name: 'second', other: keyOf(tagged(1).replace(':05', ':06') + LOGIN) },
    { name: 'host', other: keyOf(tagged(1).replace('pve-01', 'pve-02') + LOGIN) },
  ])('is another for another $name', ({ other }) => {
    expect(other).not.toBe(keyOf(tagged(1) + LOGIN));
  });

  test('cannot be told for equal lines without any time', () => {
    expect(keyOf(LOGIN, { time: undefined })).not.toBe(keyOf(LOGIN, { time: undefined, number: 2 }));
  });

  test('is one for exact duplicates of any line, and two for equal lines at two times', () => {
    const line = 'Failed password for root from 203.0.113.7 port 47755 ssh2';
    expect(keyOf(line, { number: 2 })).toBe(keyOf(line));
    expect(keyOf(line, { time: time + 1 })).not.toBe(keyOf(line));
  });
});
