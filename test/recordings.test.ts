import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMet } from '../src/expect.ts';
import { createPalette } from '../src/sinks/colour.ts';
import { formatDifference } from '../src/sinks/difference.ts';
import { type CaseFolder, caseFolders, differenceFrom, replayFiles } from './support/replay-case.ts';
import { absent, SHARED, sharedFiles } from './support/shared.ts';

const PLAIN = { columns: 160, palette: createPalette(false) };

/** Recordings of real servers with their labels, read where they lie: 10 MB, too large for the project. */
describe('recordings', () => {
  const missing = absent('recorded');
  const folders: readonly CaseFolder[] = missing === undefined ? caseFolders(join(SHARED, 'recorded')) : [];

  test('are there, or the reason why not is told', ({ skip }) => {
    if (missing !== undefined) skip(missing);
    expect(folders.length).toBeGreaterThanOrEqual(48);
  });

  test.each(folders)(
    '$name: every label holds, and nothing more is found',
    async ({ input, expect: path, config }) => {
      const replayed = await replayFiles({ files: [input], config });
      const difference = differenceFrom(path, replayed);
      expect(isMet(difference), formatDifference(difference, PLAIN)).toBe(true);
      expect(replayed.rejects).toEqual([]);
      expect(replayed.events.length).toBeGreaterThan(0);
    },
  );
});

/**
 * Lines of the corpus that no decoder takes by their content, each for a reason that the line itself shows.
 * With `--format sshd` those of sshd are read all the same.
 */
const REJECTED: Readonly<Record<string, number>> = {
  // test files of another tool, with the log lines behind `log 1 pass = `
  'iptables/wazuh/firewalld.ini': 15,
  'pf/wazuh/pfsense.ini': 8,
  'sshd/ossec/firewalld.ini': 15,
  'sshd/ossec/openbsd.ini': 5,
  'sshd/ossec/pam.ini': 26,
  'sshd/ossec/sshd.ini': 119,
  'sshd/ossec/su.ini': 22,
  'sshd/ossec/syslog.ini': 31,
  'sshd/wazuh/pam.ini': 25,
  'sshd/wazuh/sshd.ini': 208,
  'sshd/wazuh/syslog.ini': 30,
  // {"kind": 0}
  'k8s-audit/falco/fal_01_003.json': 1,
  // log-ins at the web page of a firewall: no packets
  'pf/crowdsec/opnsense-gui-auth.log': 6,
  'pf/crowdsec/pfsense-gui-auth.log': 9,
  // months of no language, no host, and the tag in brackets
  'sshd/fail2ban/testcase01.log': 19,
  // two comments
  'sshd/fail2ban/zzz-sshd-obsolete-multiline': 2,
};

describe('the corpus', () => {
  const missing = absent('corpus');
  const files = missing === undefined ? sharedFiles('corpus').filter((file) => !file.endsWith('.md')) : [];

  test('is there, or the reason why not is told', ({ skip }) => {
    if (missing !== undefined) skip(missing);
    expect(files.length).toBeGreaterThanOrEqual(100);
    expect(Object.keys(REJECTED).every((file) => existsSync(join(SHARED, 'corpus', file)))).toBe(true);
  });

  test.each(files)('%s is read but for the lines that are known', async (file) => {
    const { rejects, events } = await replayFiles({ files: [join(SHARED, file)] });
    const name = file.slice('corpus/'.length);
    const expected = REJECTED[name] ?? 0;
    expect(rejects.length).toBe(expected);
    for (const { reason } of rejects) expect(['unknown-format', 'other-kind']).toContain(reason);
    expect(expected > 0 || events.length > 0, dirname(file)).toBe(true);
  });
});
