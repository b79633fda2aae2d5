import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Decoder } from '../../src/decoders/decoder.ts';
import { detectFormat } from '../../src/decoders/detect.ts';
import { createNetfilter } from '../../src/decoders/netfilter.ts';
import { createSshd } from '../../src/decoders/sshd.ts';
import type { Event, Line } from '../../src/event.ts';
import { parseRfc3339 } from '../../src/time.ts';
import { aContext, aLine, fieldOf, oneEvent, rejects } from '../support/lines.ts';
import { absent, readShared, sharedFiles } from '../support/shared.ts';

const context = aContext();
const sshd = createSshd(context);
const netfilter = createNetfilter(context);

/** Lines of a recording: plain text, or the shape of `logcli -o jsonl`. */
const linesOf = (file: string): readonly Line[] =>
  readShared(file)
    .split('\n')
    .map((text, index) => {
      const place = { file, number: index + 1 };
      if (!file.endsWith('.jsonl') || text === '') return aLine(text, { ...place, notAfter: NOW });
      const record: { line: string; timestamp: string } = JSON.parse(text);
      return aLine(record.line, { ...place, time: parseRfc3339(record.timestamp) });
    })
    .filter((line) => line.text.trim() !== '');

const NOW = Date.UTC(2026, 10, 22) * 1000;

const inputs = (folder: string): readonly string[] =>
  sharedFiles(folder).filter((file) => /\/input\.(?:log|jsonl)$/.test(file));

const counts = (decoder: Decoder, field: string, file: string): Record<string, number> => {
  const seen: Record<string, number> = {};
  for (const line of linesOf(file)) {
    const kind = String(fieldOf(decoder, oneEvent(decoder, line), field));
    seen[kind] = (seen[kind] ?? 0) + 1;
  }
  return seen;
};

const isAlarming = (event: Event): boolean => {
  const zones = fieldOf(sshd, event, 'net.zones');
  return fieldOf(sshd, event, 'sshd.event') === 'accepted' && Array.isArray(zones) && zones.length === 0;
};

describe('recorded sshd lines', () => {
  test('are logins from other addresses on exactly the labelled lines', ({ skip }) => {
    const missing = absent('recorded/sshd');
    if (missing !== undefined) skip(missing);
    const files = inputs('recorded/sshd');
    expect(files.length).toBeGreaterThanOrEqual(5);
    for (const file of files) {
      const expected: { findings: readonly { line: number }[] } = parse(
        readShared(file.replace(/input\..*$/, 'expect.yaml')),
      );
      const alarming = linesOf(file).filter((line) => isAlarming(oneEvent(sshd, line)));
      expect([file, alarming.map((line) => line.number)]).toEqual([
        file,
        expected.findings.map(({ line }) => line),
      ]);
    }
  });

  test('are the same session in three shapes', ({ skip }) => {
    const missing = absent('recorded/sshd');
    if (missing !== undefined) skip(missing);
    const told = (file: string): unknown =>
      linesOf(file)
        .map((line) => oneEvent(sshd, line))
        .map((event) => [
          Math.floor((event.time ?? 0) / 1e6),
          ...['sshd.event', 'sshd.user', 'sshd.ip', 'sshd.port', 'sshd.key', 'sshd.cert_id'].map((name) =>
            fieldOf(sshd, event, name),
          ),
        ]);
    const messages = told('recorded/sshd/pve-01-message-only/input.jsonl');
    expect(told('recorded/sshd/pve-01-syslog/input.log')).toEqual(messages);
    expect(told('recorded/sshd/pve-01-traditional/input.log')).toEqual(messages);
  });
});

describe('recorded packets', () => {
  test('are all packets, martians or their second lines, with the addresses outside of the brackets', ({
    skip,
  }) => {
    const missing = absent('recorded/calico-packet');
    if (missing !== undefined) skip(missing);
    const files = inputs('recorded/calico-packet');
    expect(files.length).toBeGreaterThanOrEqual(6);
    for (const line of files.flatMap(linesOf)) {
      const event = oneEvent(netfilter, line);
      expect(['packet', 'martian', 'll_header']).toContain(fieldOf(netfilter, event, 'packet.event'));
      expect(detectFormat(line.text)).toBe('netfilter');
      if (!line.text.includes(' SRC=')) continue;
      expect(event.peer).toBe(line.text.slice(line.text.indexOf(' SRC=') + 5).split(' ')[0]);
      expect(fieldOf(netfilter, event, 'packet.prefix')).toBe('calico-packet: ');
      expect(fieldOf(netfilter, event, 'packet.inner.src') !== undefined).toBe(line.text.includes('[SRC='));
    }
    expect(counts(netfilter, 'packet.event', 'recorded/calico-packet/martians/input.log')).toEqual({
      martian: 4,
      ll_header: 4,
      packet: 1,
    });
  });
});

describe('the corpus', () => {
  /** S1 by hand: what stands before the message is cut by another pattern than the decoder's. */
  const HEAD =
    /^(?:log \d+ pass = )?(?:<\d+>)?(?:[A-Z][a-z]{2} +\d+ [\d:]+ )?(?:(?:\S+ )?sshd(?:-session|-auth)?\[\d+\]:\s+)?/;
  const LOGIN = /^Accepted (\S+) for (\S+) from (\S+) port (\d+)\s+ssh2(?:$|: )/;

  test('of sshd holds exactly the logins that the pattern of S1 finds', ({ skip }) => {
    const missing = absent('corpus/sshd');
    if (missing !== undefined) skip(missing);
    const lines = sharedFiles('corpus/sshd').flatMap(linesOf);
    expect(lines.length).toBeGreaterThan(2000);
    const accepted = lines.filter((line) => fieldOf(sshd, oneEvent(sshd, line), 'sshd.event') === 'accepted');
    const byHand = lines.filter((line) => LOGIN.test(line.text.trimEnd().replace(HEAD, '')));
    expect(accepted).toEqual(byHand);
    expect(accepted.filter((line) => line.file.includes('generated-'))).toHaveLength(18);
    expect(accepted.filter((line) => !line.file.includes('/lines/'))).toHaveLength(38);
  });

  test.for([
    {
      file: 'generated-openssh-9.2p1/syslog-dgram.log',
      accepted: 7,
      failed: 4,
      invalid_user: 3,
      partial: 1,
      postponed: 6,
    },
    { file: 'generated-openssh-9.2p1/verbose-E.log', accepted: 4, invalid_user: 4, postponed: 4 },
    { file: 'generated-openssh-9.2p1/stderr-e.log', failed: 1, invalid_user: 1 },
    {
      file: 'generated-openssh-10.0p2/syslog-dgram.log',
      accepted: 7,
      failed: 3,
      invalid_user: 3,
      postponed: 6,
    },
    {
      file: 'generated-openssh-10.0p2/syslog-dgram-pam-denied.log',
      failed: 9,
      invalid_user: 3,
      postponed: 5,
    },
    { file: 'generated-openssh-10.0p2/stderr-e.log', failed: 1, invalid_user: 1 },
  ])('of sshd has in $file the kinds that were made', ({ file, ...kinds }, { skip }) => {
    const missing = absent('corpus/sshd');
    if (missing !== undefined) skip(missing);
    const { accepted, failed, invalid_user, partial, postponed } = counts(
      sshd,
      'sshd.event',
      `corpus/sshd/${file}`,
    );
    expect({ accepted, failed, invalid_user, partial, postponed }).toEqual({
      accepted: undefined,
      failed: undefined,
      partial: undefined,
      postponed: undefined,
      ...kinds,
    });
  });

  test('of fail2ban names the true host of failures, injected text or not', ({ skip }) => {
    const missing = absent('corpus/sshd');
    if (missing !== undefined) skip(missing);
    const lines = linesOf('corpus/sshd/fail2ban/sshd');
    let checked = 0;
    for (const [index, line] of lines.entries()) {
      const host = /^# failJSON:.*"host": "([^"]*)"/.exec(lines[index - 1]?.text ?? '')?.[1];
      const event = oneEvent(sshd, line);
      const kind = fieldOf(sshd, event, 'sshd.event');
      if (host === undefined || event.peer === undefined || !(kind === 'failed' || kind === 'invalid_user'))
        continue;
      if (line.text.includes('ssh2: from 10.10.1.2 port 55555 ssh2')) continue; // text behind ssh2 that no sshd writes for a password
      expect([line.text, event.peer]).toEqual([line.text, host]);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(20);
  });

  test('of packet logs holds packets but for one line of sshd', ({ skip }) => {
    const missing = absent('corpus/iptables');
    if (missing !== undefined) skip(missing);
    const lines = sharedFiles('corpus/iptables')
      .filter((file) => file.endsWith('.log'))
      .flatMap(linesOf);
    const others = lines.filter(
      (line) => fieldOf(netfilter, oneEvent(netfilter, line), 'packet.event') !== 'packet',
    );
    expect(lines.length).toBeGreaterThan(150);
    expect(others.map((line) => detectFormat(line.text))).toEqual(['sshd']);
  });

  test('decodes without a throw and without a reject', ({ skip }) => {
    const missing = absent('corpus/sshd') ?? absent('corpus/iptables');
    if (missing !== undefined) skip(missing);
    const lines = [...sharedFiles('corpus/sshd'), ...sharedFiles('corpus/iptables')].flatMap(linesOf);
    for (const line of lines) {
      expect([...rejects(sshd.decode(line, 's')), ...rejects(netfilter.decode(line, 's'))]).toEqual([]);
    }
  });
});
