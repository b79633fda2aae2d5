import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../src/decoders/detect.ts';
import { createJson } from '../../src/decoders/json.ts';
import { createNetfilter } from '../../src/decoders/netfilter.ts';
import { createPf } from '../../src/decoders/pf.ts';
import { createSshd } from '../../src/decoders/sshd.ts';
import { createVlmcsd } from '../../src/decoders/vlmcsd.ts';
import { aContext, aLine, events, fieldOf, rejects } from '../support/lines.ts';
import { anyText } from '../support/told.ts';

const DECODERS = [
  createSshd(aContext()),
  createNetfilter(aContext()),
  createPf(aContext()),
  createVlmcsd(aContext()),
  createJson(),
];

/** Parts of real lines in any order, between any text. */
const anyLine = fc
  .array(
    fc.oneof(
      anyText,
      fc.constantFrom(
        '<38>',
        'Nov 21 09:56:05 ',
        'Feb 29 00:00:00 ',
        '2026-11-21T09:56:05.1Z ',
        '1 ',
        'pve-01 ',
        'sshd[1]: ',
        'kernel: ',
        '[ 1.2] ',
        'Accepted password for root from 1.2.3.4 port 5 ssh2',
        'Failed password for invalid user ',
        ' from 1.2.3.4 port 5 ssh2',
        'Invalid user ',
        'Connection closed by invalid user ',
        'message repeated 2 times: [ ',
        ']',
        '[',
        'IN=eth0 OUT= ',
        'SRC=1.2.3.4 ',
        '[SRC=',
        'ACK=',
        'FRAG:',
        'INCOMPLETE ',
        'IPv4: martian source 1.2.3.4 from ',
        'll header: 00000000: ',
        '{',
        '"MESSAGE":',
        '{"MESSAGE":"',
        '"}',
        '[1,2,256]}',
        'rule 5.a.1/0(match): block in on em0: ',
        '10.0.2.2.1 > 10.0.2.15.22: ',
        'filterlog: 5,,,1,em0,match,block,in,4,',
        '0x0,,64,1,0,DF,6,tcp,44,10.0.2.2,10.0.2.15,1,22,0',
        'IPv4 connection accepted: 10.0.2.2:1.',
        'KMS v6.0 request from ',
        ' for Windows',
        ': RSA SHA256:x ID ',
        ' (serial ',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('any text decodes to one event or one reject, whose fields can all be read', () => {
  const anyMicros = fc.option(fc.oneof(fc.integer({ min: 0 }), fc.double()), { nil: undefined });
  fc.assert(
    fc.property(anyLine, anyMicros, anyMicros, (text, time, notAfter) => {
      for (const decoder of DECODERS) {
        const decoded = decoder.decode(aLine(text, { time, notAfter }), 's');
        expect(decoded).toHaveLength(1);
        for (const event of events(decoded)) {
          for (const field of Object.values(decoder.fields)) field.read(event);
        }
        for (const reject of rejects(decoded)) expect(reject.detail).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
      detectFormat(text);
    }),
    { numRuns: 2000 },
  );
});

test('no name and no header make an accepted login of a line that does not start as one', () => {
  const sshd = createSshd(aContext());
  const login = 'Accepted password for root from 203.0.113.66 port 4444 ssh2';
  fc.assert(
    fc.property(anyText, anyText, (before, behind) => {
      const text = `Nov 21 09:56:05 pve-01 sshd[1]: Failed password for invalid user ${before}${login}${behind} from 192.0.2.1 port 5 ssh2`;
      for (const event of events(sshd.decode(aLine(text), 's'))) {
        const told = ['sshd.event', 'sshd.ip', 'sshd.port'].map((name) => fieldOf(sshd, event, name));
        expect(told).toEqual(['failed', '192.0.2.1', 5]);
      }
    }),
  );
});

describe('a megabyte of one thing', () => {
  const MEGABYTE = 1 << 20;
  test.each([
    'a',
    ' ',
    '[',
    ']',
    '{',
    '{"a":',
    '"',
    '\\',
    '<',
    ':',
    '\n',
    '\r\n',
    ' from ',
    ' port ',
    'Accepted ',
    'Invalid user ',
    'IN=',
    'IN= SRC= ',
    '[SRC=',
    'SRC=1 ',
    ' (serial ',
    'sshd[1]: ',
    '1',
    '\u{1F600}',
    '\ud800',
    '\0',
  ])('%j decodes, alone and behind every head', (unit) => {
    const body = unit.repeat(MEGABYTE / unit.length);
    const heads = [
      '',
      'Nov 21 09:56:05 pve-01 sshd[1]: ',
      'Accepted publickey for ',
      'Accepted publickey for u from 1.2.3.4 port 5 ssh2: ED25519-CERT SHA256:x ID ',
      'Failed password for invalid user ',
      'Connection closed by invalid user ',
      '<38>1 2026-11-21T09:56:05Z h sshd 1 - [',
      'kernel: IN=eth0 OUT= SRC=1.2.3.4 ',
      '{"MESSAGE":"',
    ];
    for (const head of heads) {
      for (const decoder of DECODERS) expect(decoder.decode(aLine(head + body), 's')).toHaveLength(1);
      detectFormat(head + body);
    }
  });
});
