import { describe, expect, test } from 'vitest';
import { readSyslog } from '../../src/decoders/syslog.ts';
import { aLine } from '../support/lines.ts';

const at = (iso: string): number => Date.parse(iso) * 1000;
const LATE = at('2026-11-22T00:00:00Z');
const MESSAGE = 'Server listening on :: port 22.';

describe('readSyslog', () => {
  test.each([
    {
      name: 'a traditional stamp',
      text: `Nov 21 09:56:02 pve-01 sshd[28079]: ${MESSAGE}`,
      from: 'rfc3164',
      host: 'pve-01',
      tag: 'sshd',
      pid: '28079',
      time: at('2026-11-21T09:56:02Z'),
    },
    {
      name: 'a day below ten',
      text: `Nov  1 09:56:02 pve-01 sshd[1]: ${MESSAGE}`,
      from: 'rfc3164',
      host: 'pve-01',
      tag: 'sshd',
      pid: '1',
      time: at('2026-11-01T09:56:02Z'),
    },
    {
      name: 'two blanks after the tag',
      text: `Nov 21 09:56:02 pve-01 sshd[3]:  ${MESSAGE}`,
      from: 'rfc3164',
      host: 'pve-01',
      tag: 'sshd',
      pid: '3',
      time: at('2026-11-21T09:56:02Z'),
    },
    {
      name: 'a tag without pid',
      text: `Nov 21 09:56:02 pve-01 rsyslogd: ${MESSAGE}`,
      from: 'rfc3164',
      host: 'pve-01',
      tag: 'rsyslogd',
      time: at('2026-11-21T09:56:02Z'),
    },
    {
      name: 'a priority and no host',
      text: `<38>Nov 20 21:52:41 sshd-session[20112]: ${MESSAGE}`,
      from: 'rfc3164',
      tag: 'sshd-session',
      pid: '20112',
      time: at('2026-11-20T21:52:41Z'),
    },
    {
      name: 'a stamp, a host and no tag',
      text: `Nov 21 09:56:02 pve-01 ${MESSAGE}`,
      from: 'rfc3164',
      host: 'pve-01',
      time: at('2026-11-21T09:56:02Z'),
    },
    {
      name: 'the host twice',
      text: `Nov 21 09:56:02 udm udm sshd[4]: ${MESSAGE}`,
      from: 'rfc3164',
      host: 'udm',
      tag: 'sshd',
      pid: '4',
      time: at('2026-11-21T09:56:02Z'),
    },
    {
      name: 'a facility before the tag',
      text: `Nov 21 09:56:02 box auth.info sshd[4]: ${MESSAGE}`,
      from: 'rfc3164',
      host: 'box',
      tag: 'sshd',
      pid: '4',
      time: at('2026-11-21T09:56:02Z'),
    },
    {
      name: "Solaris' message id",
      text: `Nov 21 09:56:02 dusky sshd[4]: [ID 800047 auth.info] ${MESSAGE}`,
      from: 'rfc3164',
      host: 'dusky',
      tag: 'sshd',
      pid: '4',
      time: at('2026-11-21T09:56:02Z'),
    },
    {
      name: 'an RFC 3339 stamp',
      text: `2026-11-21T09:56:03.692682+00:00 pve-01 sshd[28079]: ${MESSAGE}`,
      from: 'rfc3339',
      host: 'pve-01',
      tag: 'sshd',
      pid: '28079',
      time: at('2026-11-21T09:56:03.692Z') + 682,
    },
    {
      name: 'an offset',
      text: `2026-11-21T10:56:03+01:00 pve-01 sshd[2]: ${MESSAGE}`,
      from: 'rfc3339',
      host: 'pve-01',
      tag: 'sshd',
      pid: '2',
      time: at('2026-11-21T09:56:03Z'),
    },
    {
      name: 'nanoseconds',
      text: `2026-11-21T09:56:03.692682999Z pve-01 sshd[2]: ${MESSAGE}`,
      from: 'rfc3339',
      host: 'pve-01',
      tag: 'sshd',
      pid: '2',
      time: at('2026-11-21T09:56:03.692Z') + 682,
    },
    {
      name: 'a stamp with a blank and no zone, as UTC',
      text: `2026-11-21 09:56:03,5 pve-01 sshd[2]: ${MESSAGE}`,
      from: 'rfc3339',
      host: 'pve-01',
      tag: 'sshd',
      pid: '2',
      time: at('2026-11-21T09:56:03.5Z'),
    },
    {
      name: 'RFC 5424',
      text: `<38>1 2026-11-21T09:56:03.5Z pve-01 sshd 28079 - - ${MESSAGE}`,
      from: 'rfc5424',
      host: 'pve-01',
      tag: 'sshd',
      pid: '28079',
      time: at('2026-11-21T09:56:03.5Z'),
    },
    {
      name: 'RFC 5424 with structured data and a byte order mark',
      text: `<38>1 2026-11-21T09:56:03Z pve-01 sshd - ID47 [a b="]\\" - "][c@1 d=""] \ufeff${MESSAGE}`,
      from: 'rfc5424',
      host: 'pve-01',
      tag: 'sshd',
      time: at('2026-11-21T09:56:03Z'),
    },
    {
      name: 'journald records',
      text: JSON.stringify({
        MESSAGE,
        SYSLOG_IDENTIFIER: 'sshd',
        _PID: '7',
        _HOSTNAME: 'pve-01',
        __REALTIME_TIMESTAMP: '1795255000123456',
      }),
      from: 'journald',
      host: 'pve-01',
      tag: 'sshd',
      pid: '7',
      time: 1795255000123456,
    },
    {
      name: 'journald messages in bytes',
      text: JSON.stringify({ MESSAGE: [...Buffer.from(MESSAGE)], _TRANSPORT: 'kernel' }),
      from: 'journald',
      tag: 'kernel',
    },
    {
      name: 'journalctl without a stamp',
      text: `srv sshd[32307]: ${MESSAGE}`,
      from: 'message',
      host: 'srv',
      tag: 'sshd',
      pid: '32307',
    },
    { name: 'a dmesg stamp', text: `[ 2153.166478] ${MESSAGE}`, from: 'dmesg' },
    { name: 'a dmesg stamp with its caller', text: `[    0.000000][   T12] ${MESSAGE}`, from: 'dmesg' },
    {
      name: 'a dmesg -T stamp',
      text: `[Sat Nov 21 09:40:43 2026] ${MESSAGE}`,
      from: 'dmesg',
      time: at('2026-11-21T09:40:43Z'),
    },
    {
      name: 'a dmesg stamp behind a kernel tag',
      text: `Nov 21 09:40:46 w1 kernel: [ 2156.292315] ${MESSAGE}`,
      from: 'rfc3164',
      host: 'w1',
      tag: 'kernel',
      time: at('2026-11-21T09:40:46Z'),
    },
    { name: 'the message alone', text: MESSAGE, from: 'message' },
  ])('reads $name', ({ text, from, host, tag, pid, time }) => {
    expect(readSyslog(aLine(text, { notAfter: LATE }))).toEqual({
      from,
      host,
      tag,
      pid,
      time,
      message: MESSAGE,
    });
  });

  test.each([
    {
      name: 'the last year when this one is still to come',
      stamp: 'Dec 24 18:00:00',
      time: at('2025-12-24T18:00:00Z'),
    },
    {
      name: 'this year up to a day ahead, since clocks differ',
      stamp: 'Nov 22 23:59:59',
      time: at('2026-11-22T23:59:59Z'),
    },
    { name: 'the last leap year for a leap day', stamp: 'Feb 29 12:00:00', time: at('2024-02-29T12:00:00Z') },
  ])('dates a stamp without a year by the latest moment of writing: $name', ({ stamp, time }) => {
    expect(readSyslog(aLine(`${stamp} h sshd[1]: x`, { notAfter: LATE }))).toMatchObject({ time });
  });

  test.each([
    {
      name: 'the year before over new year',
      record: '2027-01-01T00:00:03Z',
      stamp: 'Dec 31 23:59:59',
      time: at('2026-12-31T23:59:59Z'),
    },
    {
      name: 'the year after over new year',
      record: '2026-12-31T23:59:59Z',
      stamp: 'Jan  1 00:00:01',
      time: at('2027-01-01T00:00:01Z'),
    },
  ])("dates a stamp without a year by the record's time: $name", ({ record, stamp, time }) => {
    expect(readSyslog(aLine(`${stamp} h sshd[1]: x`, { time: at(record), notAfter: LATE }))).toMatchObject({
      time,
    });
  });

  test('a stamp without a year and without anything to date it by has no time', () => {
    expect(readSyslog(aLine('Nov 21 09:56:02 h sshd[1]: x'))).toMatchObject({ time: undefined, tag: 'sshd' });
  });

  test.each([
    { name: 'a message alone', text: MESSAGE },
    { name: 'a date that does not exist', text: `Feb 30 09:56:02 pve-01 sshd[1]: ${MESSAGE}` },
    { name: 'a dmesg stamp', text: `[ 2153.166478] ${MESSAGE}` },
  ])("takes the record's time for $name", ({ text }) => {
    expect(readSyslog(aLine(text, { time: LATE }))).toMatchObject({ time: LATE });
  });

  test.each([
    { name: 'an error text', text: 'error: kex_exchange_identification: Connection closed' },
    {
      name: 'a PAM module',
      text: 'pam_unix(sshd:session): session opened for user deploy(uid=1500) by (uid=0)',
    },
    { name: 'an address', text: 'Server listening on :: port 22.' },
  ])('takes no part of a message for a tag: $name', ({ text }) => {
    expect(readSyslog(aLine(text))).toMatchObject({ tag: undefined, message: text });
  });

  test.each([
    { name: 'nothing', text: '  ', reason: 'other-kind' },
    { name: 'a document that is no journald record', text: '{"kind":"Event"}', reason: 'other-kind' },
    { name: 'a cut journald record', text: '{"MESSAGE":"Accepted pass', reason: 'truncated' },
  ])('refuses $name', ({ text, reason }) => {
    expect(readSyslog(aLine(text))).toMatchObject({ reason });
  });

  test('text that only starts like a document is text', () => {
    expect(readSyslog(aLine('{x} from 203.0.113.7 port 22'))).toMatchObject({
      message: '{x} from 203.0.113.7 port 22',
    });
  });
});
