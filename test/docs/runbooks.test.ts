import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { alertName } from '../../src/alerts/labels.ts';
import { EXAMPLE_CONFIG, load } from '../../src/commands/load.ts';
import { loadConfig } from '../../src/config/config.ts';
import { anchorsOf, codeBlocks, filesBelow, linksOf, PROJECT } from '../support/markdown.ts';

const pages = filesBelow('docs/runbook', /\.md$/);
const rulePages = pages.filter((page) => /\/[KVS]\d+\.md$/.test(page));
const { rules } = await load({
  config: [EXAMPLE_CONFIG],
  rules: [],
  env: {},
  orExample: true,
  pipeline: true,
});

/** Undefined when `target`, seen from the project's root, is a page and an anchor of it. */
const brokenLink = (target: string): string | undefined => {
  const [path = '', anchor] = target.split('#');
  if (!existsSync(join(PROJECT, path))) return `${target}: there is no such file`;
  if (anchor === undefined || anchorsOf(path).has(anchor)) return undefined;
  return `${target}: there is no such heading`;
};

describe('runbook links', () => {
  test('every shipped rule has a page, and its link resolves', () => {
    expect(rules.length).toBeGreaterThanOrEqual(26);
    const links = rules.map(({ code, references }) => [
      code,
      references.find((each) => each.startsWith('docs/runbook/')),
    ]);
    expect(links.filter(([, link]) => link === undefined)).toEqual([]);
    expect(links.map(([, link = '']) => brokenLink(link)).filter((broken) => broken !== undefined)).toEqual(
      [],
    );
  });

  test('every alert of the detector about itself has a heading', () => {
    const { groups } = parse(readFileSync(join(PROJECT, 'deploy/alerts/prometheus-rules.yaml'), 'utf8')) as {
      // promtool checks the file as a whole.
      groups: { rules: { alert: string; annotations: { runbook: string } }[] }[];
    };
    const alerts = groups.flatMap((group) => group.rules);
    expect(alerts.length).toBeGreaterThan(10);
    for (const { alert, annotations } of alerts) {
      expect(annotations.runbook).toBe(`docs/runbook/detector.md#${alert.toLowerCase()}`);
      expect(brokenLink(annotations.runbook)).toBeUndefined();
    }
    expect(brokenLink('docs/runbook/detector.md#detectorsinkbroken')).toBeUndefined();
  });

  test('links between pages resolve', () => {
    const all = filesBelow('docs', /\.md$/).flatMap((page) =>
      linksOf(page).map((link) => ({
        page,
        link: link.startsWith('#') ? `${page}${link}` : posix.join(posix.dirname(page), link),
      })),
    );
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter(({ link }) => brokenLink(link) !== undefined)).toEqual([]);
  });
});

describe('the page of a rule', () => {
  test.each(rulePages)('%s says what to do, and names the alert as it is sent', (page) => {
    const text = readFileSync(join(PROJECT, page), 'utf8');
    const code = posix.basename(page, '.md');
    const rule = rules.find((each) => each.code === code);
    expect(rule, `no rule ${code}`).toBeDefined();
    expect(text).toContain(`Alert name \`${alertName(code, rule?.file ?? '')}\``);
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'What it means',
      'Look first',
      'Typical false positive',
      'Allowlist it rightly',
      'Silence it',
    ]);
    expect(text.match(/^\d\. /gm)).toHaveLength(3);
    const languages = codeBlocks(page).map(({ language }) => language);
    expect(languages).toContain('logql');
    expect(text).toContain(`rule=${code}`);
  });

  test('allowlist entries are valid configuration', () => {
    const blocks = pages.flatMap(codeBlocks).filter(({ language }) => language === 'yaml');
    expect(blocks.length).toBeGreaterThan(5);
    for (const { place, text } of blocks) {
      expect(() => loadConfig([{ path: place, text }], {}), place).not.toThrow();
    }
  });
});
